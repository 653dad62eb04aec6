# The image of a release, which goreleaser builds from the binaries it made
# (.goreleaser.yaml). GitLab's runner needs a shell in it.
FROM alpine:3.22
RUN apk add --no-cache ca-certificates tzdata && adduser -D -u 10001 zdsync
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/zd-sfdc-sync $TARGETPLATFORM/zd-sfdc-sandbox /usr/local/bin/
USER 10001
WORKDIR /home/zdsync
CMD ["zd-sfdc-sync", "--help"]
