# The build stage has compilers for better-sqlite3. The final image has only Node, ffmpeg, the compiled sources and runtime packages.
# It does not run as root.
FROM node:24-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm install
COPY tsconfig.json tsconfig.build.json ./
COPY schema ./schema
COPY src ./src
COPY client/src ./client/src
COPY dashboard ./dashboard
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
# ffmpeg draws the posters of videos.
RUN apt-get update && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATABASE_URL=file:/data/reelgate.db \
    MEDIA_STORE=file:/data/videos
WORKDIR /app
# Commands beside the gateway: docker exec NAME reelgate losses.
RUN mkdir -m 700 /data && chown node:node /data && ln -s /app/bin/reelgate.js /usr/local/bin/reelgate
COPY package.json LICENSE README.md ./
COPY docs ./docs
COPY migrations ./migrations
COPY schema/schema.graphql ./schema/
COPY bin ./bin
COPY src/adapter/provider/sandbox/videos ./src/adapter/provider/sandbox/videos
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/dashboard/dist ./dashboard/dist
USER node
VOLUME /data
EXPOSE 4000
# A start may migrate the database for long; what is unhealthy may be killed, and would begin again.
HEALTHCHECK --interval=10s --timeout=5s --start-period=1h --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/reelgate.js"]
