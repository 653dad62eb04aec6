package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// control is the service by which people look into a sandbox and make it
// misbehave:
//
//	GET    /requests            how often each route was asked
//	GET    /audit/{instance}    every write of global or usgov
//	GET    /faults              the faults there are
//	POST   /faults/{service}    a fault.Fault in JSON
//	DELETE /faults/{service}    end all faults
func (s *Sandbox) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Requests()) })
	mux.HandleFunc("GET /audit/{instance}", func(w http.ResponseWriter, r *http.Request) {
		instances := map[string]*zendesk.Server{"global": s.Global, "usgov": s.USGov}
		if server, ok := instances[r.PathValue("instance")]; ok {
			answer(w, server.Audit())
			return
		}
		http.Error(w, "the instances are global and usgov", http.StatusNotFound)
	})
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { answer(w, fault.Kinds()) })
	mux.HandleFunc("POST /faults/{service}", s.withFaults(func(injector *fault.Injector, w http.ResponseWriter, r *http.Request) {
		var added fault.Fault
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&added); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if service := r.PathValue("service"); !added.Kind.Of(service) {
			http.Error(w, fmt.Sprintf("%s has no fault %s", service, added.Kind), http.StatusBadRequest)
			return
		}
		injector.Add(added)
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.HandleFunc("DELETE /faults/{service}", s.withFaults(func(injector *fault.Injector, w http.ResponseWriter, _ *http.Request) {
		injector.Clear()
		w.WriteHeader(http.StatusNoContent)
	}))
	return mux
}

func (s *Sandbox) withFaults(handle func(*fault.Injector, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		injector, ok := s.Faults()[r.PathValue("service")]
		if !ok {
			http.Error(w, "the services are salesforce, global, usgov and gitlab", http.StatusNotFound)
			return
		}
		handle(injector, w, r)
	}
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	// The reader has gone if this fails.
	_ = json.NewEncoder(w).Encode(value)
}
