import type { Span, SpanStatusCode, Tracer } from '@opentelemetry/api';
import { env } from '@/server/base/env';
import { once } from '@/server/base/once';

type Attributes = Record<string, string | number>;
type Tracing = { tracer: Tracer; errorCode: SpanStatusCode };

const holder = () => once('tracing', () => ({ on: null as Tracing | null }));

/**
 * Sends spans to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names. Without one nothing of it is even
 * loaded.
 * @returns what sends the last spans and ends it
 */
export async function startTracing(): Promise<() => Promise<void>> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: name } = env();
  if (!endpoint) return () => Promise.resolve();
  const [api, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-node'),
  ]);
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': name, 'service.instance.id': String(process.pid) }),
    spanProcessors: [
      new sdk.BatchSpanProcessor(new OTLPTraceExporter({ url }), { scheduledDelayMillis: 1_000 }),
    ],
  });
  provider.register();
  holder().on = { tracer: provider.getTracer('foyer'), errorCode: api.SpanStatusCode.ERROR };
  return async () => {
    holder().on = null;
    // A collector that is away must not hold up the stop.
    await provider.shutdown().catch(() => undefined);
  };
}

/**
 * Does `work` inside a span, when spans are wanted. Names and attributes say what was done, never with
 * which values or by whom.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  const tracing = holder().on;
  if (!tracing) return work();
  return tracing.tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (cause) {
      span.setStatus({ code: tracing.errorCode });
      throw cause;
    } finally {
      span.end();
    }
  });
}

/** A span that ends later; null when none are wanted. */
export const openSpan = (name: string, attributes: Attributes): Span | null =>
  holder().on?.tracer.startSpan(name, { attributes }) ?? null;
