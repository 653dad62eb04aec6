package data

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

func chance(random *rand.Rand, share float64) bool { return random.Float64() < share }

func pick(random *rand.Rand, choices ...string) string { return choices[random.IntN(len(choices))] }

func trimmed(account *Account) string { return strings.TrimSpace(account.Name) }

// companyName is a distinct name for every number, in many alphabets and with
// characters that HTML and JSON escape.
func companyName(number uint64) string {
	first := strings.Fields("Amber Basalt Cobalt Düne Éclair Fjord Granit Horizon Iris Jade Kōyō Łuna Meridian Nébula " +
		"Onyx Prism Quartz Río Sýsla Tundra Ünal Vega Willow Xenon Yukon Zürich Северный 北星 Νέφος Óbidos")
	second := strings.Fields("Analytics Biotech Cloud Dynamics Energy Foundry Games Health Insurance Journeys Kinetics " +
		"Logistics Motors Networks Optics Pharma Quantum Robotics Systems Telecom Utilities Ventures Works R&D <Labs> \"Studio\"")
	third := strings.Fields("GmbH Ltd Inc AB SA Oy BV KK PLC Group Holding Pty S.p.A. Co. LLC A/S")
	a, b, c := uint64(len(first)), uint64(len(second)), uint64(len(third))
	name := fmt.Sprintf("%s %s %s", first[number%a], second[number/a%b], third[number/a/b%c])
	if round := number / a / b / c; round > 0 {
		name += fmt.Sprintf(" %d", round+1)
	}
	return name
}

// employee is a person's name; many people share one.
func employee(random *rand.Rand) string {
	given := pick(random, "Ada", "Björn", "Chidi", "Dörte", "Élodie", "Femi", "Goran", "Hana", "Ines", "Jürgen", "Kai", "Lê")
	return given + " " + pick(random, "Abara", "Bergström", "Castillo", "Dubois", "Eriksson", "Fischer", "García", "Huang", "O'Neill", "Öztürk")
}

// people are the users that accounts refer to.
func people(number int) []User {
	random := rand.New(rand.NewPCG(0, uint64(number)))
	users := make([]User, number)
	for i := range users {
		users[i] = User{ID: numberedID("005", uint64(1000+i)), Name: employee(random)}
	}
	return users
}
