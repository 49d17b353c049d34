import { type RequestHandler } from 'express';
import { type Registry } from 'prom-client';

/** `GET /metrics`: the process's figures in Prometheus' text format. */
export function getMetrics(registry: Registry): RequestHandler {
  return async (_request, response) => {
    const text = await registry.metrics();
    response.type(registry.contentType).send(text);
  };
}
