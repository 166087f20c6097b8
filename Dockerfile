# SPDX-License-Identifier: Apache-2.0
#
# The image of portcullis, for docker (BuildKit), podman and buildah. The final stage has the program
# and what it needs to run: no shell, no package manager. What goes into it is tools/image-root's
# matter; docs/operations.md says how to build and run it.
#
#   docker build --build-arg VERSION="$(git describe --tags --always --dirty)" -t portcullis .
#
# `make image` builds this file where no image registry can be reached (tools/image).
ARG BASE=debian:bookworm

# Its layers stay cached until the list of packages changes.
FROM ${BASE} AS packages
WORKDIR /src
COPY tools/install-deps.sh tools/
RUN tools/install-deps.sh build stage && apt-get clean

FROM packages AS build
COPY . .
ARG VERSION=unknown
# Seconds since 1970 that every file of the image gets as its time, so that equal input gives equal layers.
ARG SOURCE_DATE_EPOCH=0
RUN --mount=type=cache,target=/ccache \
    export CCACHE_DIR=/ccache && \
    cmake --preset release -DPORTCULLIS_VERSION="${VERSION}" && \
    cmake --build --preset release -j "$(nproc)" --target portcullis -- --quiet && \
    tools/image-root build/portcullis /image && \
    rm -rf build

FROM scratch
COPY --from=build /image/ /
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="portcullis" \
      org.opencontainers.image.description="Enforces Kubernetes NetworkPolicy on a node through nftables" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# For `kubectl exec ... -- portcullis status`.
ENV PATH=/
USER 65532:65532
ENTRYPOINT ["/portcullis"]
CMD ["run"]
