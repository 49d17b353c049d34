# Two images from one build: `integration` (API and workers) and `sandbox` (the two vendor sandboxes).
#   docker build --target integration -t flow-retail-omnium .
ARG NODE_IMAGE=node:22.21.1-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
COPY sandbox sandbox
COPY tools tools
# Compiles, and bundles the workflows once and for all: a worker never bundles at its start.
RUN npm run build

FROM ${NODE_IMAGE} AS production-dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS integration
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY --from=production-dependencies /app/node_modules node_modules
COPY --from=build /app/dist/workflow-bundle.js dist/workflow-bundle.js
COPY --from=build /app/dist/src dist/src
USER node
EXPOSE 4000
# The API; a worker is the same image with `dist/src/workers/main.js --engine <engine>`.
CMD ["node", "--enable-source-maps", "dist/src/api/main.js"]

FROM ${NODE_IMAGE} AS sandbox
WORKDIR /app
COPY package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir /state && chown node:node /state
USER node
VOLUME /state
EXPOSE 4010 4020
CMD ["node", "--enable-source-maps", "dist/sandbox/main.js", "--host", "0.0.0.0", "--state", "/state"]
