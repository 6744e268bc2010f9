import { hasScope } from '../domain/access.ts';
import { type FailureOf, invalidInput, notFound } from '../domain/failure.ts';
import { opaqueTextOf } from '../domain/global-id.ts';
import { eventTypesAmong, usualEventTypes, type WebhookEndpoint } from '../domain/webhook.ts';
import { endpointEnabled, secretRotated } from '../domain/webhook-schedule.ts';
import { createNewEntry } from './audit.ts';
import type { Viewer } from './viewer.ts';
import { type EndpointRequest, endpointIssuesOf, mostEndpoints } from './webhook-input.ts';
import type { WebhookVerbDeps, WebhookVerbs } from './webhook-verbs.ts';

/** The failure for an endpoint that does not exist, or is not the viewer's. */
export function noEndpoint(): FailureOf<'notFound'> {
  return notFound('There is no such endpoint.');
}

/** The verbs on endpoints themselves. */
type EndpointCommands = Pick<
  WebhookVerbs,
  'createWebhookEndpoint' | 'updateWebhookEndpoint' | 'deleteWebhookEndpoint' | 'rotateWebhookSecret'
>;

type FindOwn = (viewer: Viewer, id: string) => Promise<WebhookEndpoint | null>;

/** Creates the verbs that create, change and delete endpoints. `findOwn`: an endpoint that the viewer may manage. */
export function createEndpointCommands(
  { store, clock, webhooks }: WebhookVerbDeps,
  findOwn: FindOwn,
): EndpointCommands {
  const newEntry = createNewEntry(clock);
  const parts = () => {
    if (webhooks === undefined) throw new Error('This gateway was created without webhooks');
    return webhooks;
  };
  const issuesOf = (viewer: Viewer, request: EndpointRequest) =>
    endpointIssuesOf(request, (url) => parts().sender.refusalOf(url, viewer.environment));

  return {
    async createWebhookEndpoint(viewer, request) {
      const allUsers = request.allUsers ?? false;
      const issues = [
        ...issuesOf(viewer, request),
        ...(allUsers && !hasScope(viewer, 'admin') ? [{ path: ['allUsers'], message: 'allUsers is for admins.' }] : []),
      ];
      if (issues.length > 0) return invalidInput(issues);
      const id = clock.newId();
      const { shown, sealed } = parts().secrets.create(id);
      const endpoint = newEndpointOf(viewer, request, { id, allUsers, secret: sealed, createdAt: clock.now() });
      const details = allUsers ? 'all users' : null;
      const entry = newEntry(viewer, 'endpoint.create', { target: endpointTargetOf(endpoint), details });
      if (await store.createWebhookEndpoint(endpoint, mostEndpoints, entry)) return { endpoint, secret: shown };
      const message = `A user can have ${mostEndpoints} endpoints in an environment: delete one first.`;
      return invalidInput([{ path: ['url'], message }]);
    },

    async updateWebhookEndpoint(viewer, id, request) {
      const issues = issuesOf(viewer, request);
      if (issues.length > 0) return invalidInput(issues);
      const known = await findOwn(viewer, id);
      if (known === null) return noEndpoint();
      const details = changedOf(request).join(', ');
      const entry = newEntry(viewer, 'endpoint.change', { target: endpointTargetOf(known), details });
      const changed = await store.changeWebhookEndpoint(id, (newest) => updatedOf(newest, request), entry);
      return changed ?? noEndpoint();
    },

    async deleteWebhookEndpoint(viewer, id) {
      const endpoint = await findOwn(viewer, id);
      if (endpoint === null) return noEndpoint();
      const entry = newEntry(viewer, 'endpoint.delete', { target: endpointTargetOf(endpoint) });
      return (await store.deleteWebhookEndpoint(id, clock.now(), entry)) ? endpoint : noEndpoint();
    },

    async rotateWebhookSecret(viewer, id) {
      const known = await findOwn(viewer, id);
      if (known === null) return noEndpoint();
      const { shown, sealed } = parts().secrets.create(id);
      const entry = newEntry(viewer, 'endpoint.rotate_secret', { target: endpointTargetOf(known) });
      const rotate = (newest: WebhookEndpoint) => secretRotated(newest, sealed, clock.now());
      const endpoint = await store.changeWebhookEndpoint(id, rotate, entry);
      return endpoint === null ? noEndpoint() : { endpoint, secret: shown };
    },
  };
}

/** How the audit log names an endpoint: by the id that the API shows. Its URL may hold a secret. */
export function endpointTargetOf({ id, owner }: WebhookEndpoint): string {
  return `endpoint ${opaqueTextOf('WebhookEndpoint', id)} of ${owner}`;
}

/** The names of what a request changes. */
function changedOf(request: Parameters<WebhookVerbs['updateWebhookEndpoint']>[2]): readonly string[] {
  return Object.entries({ ...request, id: null }).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [name],
  );
}

/** Whether a viewer may see and change an endpoint. One for all users is an admin's even after its maker is one no longer. */
export function mayManage(viewer: Viewer, { owner, environment, allUsers }: WebhookEndpoint): boolean {
  if (environment !== viewer.environment) return false;
  return hasScope(viewer, 'admin') || (owner === viewer.userId && !allUsers);
}

type Made = Pick<WebhookEndpoint, 'id' | 'allUsers' | 'secret' | 'createdAt'>;

function newEndpointOf(viewer: Viewer, request: EndpointRequest & { url: string }, made: Made): WebhookEndpoint {
  return {
    ...made,
    owner: viewer.userId,
    environment: viewer.environment,
    url: request.url,
    description: request.description ?? null,
    eventTypes: eventTypesAmong(request.eventTypes ?? usualEventTypes),
    enabled: true,
    disabledReason: null,
    lastSuccessAt: null,
    faults: 0,
    failingSince: null,
    slowUntil: null,
    previousSecret: null,
    previousSecretUntil: null,
  };
}

/** A new address begins anew: what the old one did no longer counts. */
function updatedOf(
  known: WebhookEndpoint,
  { url, description, eventTypes, enabled }: EndpointRequest & { readonly enabled?: boolean | null | undefined },
): WebhookEndpoint {
  const isMoved = url !== undefined && url !== null && url !== known.url;
  const changed: WebhookEndpoint = {
    ...known,
    ...(isMoved ? { url, faults: 0, failingSince: null, slowUntil: null } : {}),
    ...(description === undefined ? {} : { description }),
    ...(eventTypes === undefined || eventTypes === null ? {} : { eventTypes: eventTypesAmong(eventTypes) }),
  };
  if (enabled === true) return endpointEnabled(changed);
  return enabled === false ? { ...changed, enabled: false } : changed;
}
