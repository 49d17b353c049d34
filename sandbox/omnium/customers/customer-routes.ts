import { type Request, type Response, type Router } from 'express';

import { type Customer } from '../documents';
import { type OperationName } from '../events/operations';
import { causeOf, notFoundResult, patchResult, sendDocument, sendPage } from '../http';
import { conflict, invalidFields, notFound } from '../problem';
import { applyPatch, differs, type PatchOptions } from '../orders/merge';
import { queryTimeMs, queryValue, listRange, requiredQueryValue } from '../state/paging';
import { findHits } from '../state/filters';
import { formatDateTime, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { anonymizeCustomer } from './anonymize';
import { customerIssues, type CustomerKind, finishCustomer, newCustomerId, takenMembers } from './customer-rules';
import { addCustomerSearch } from './search-customers';

const batchLimit = 100;

interface KindFacts {
  readonly base: string;
  readonly model: string;
  readonly patchPath: string;
  readonly added: OperationName;
  readonly updated: OperationName;
  readonly patched: OperationName;
  /** Raised besides the call's own: customers have core events, too. */
  readonly coreAdded: OperationName;
  readonly coreUpdated: OperationName;
  readonly className: string;
}

const facts: Readonly<Record<CustomerKind, KindFacts>> = {
  private: {
    base: '/api/PrivateCustomers',
    model: 'PrivateCustomer',
    patchPath: 'PatchPrivateCustomer',
    added: 'apiAddPrivateCustomer',
    updated: 'apiUpdatePrivateCustomer',
    patched: 'apiPatchPrivateCustomer',
    coreAdded: 'addedPrivateCustomer',
    coreUpdated: 'updatedPrivateCustomer',
    className: 'PrivateCustomer',
  },
  business: {
    base: '/api/BusinessCustomers',
    model: 'BusinessCustomer',
    patchPath: 'PatchBusinessCustomer',
    added: 'apiAddBusinessCustomer',
    updated: 'apiUpdateBusinessCustomer',
    patched: 'apiPatchBusinessCustomer',
    coreAdded: 'addedBusinessCustomer',
    coreUpdated: 'updatedBusinessCustomer',
    className: 'BusinessCustomer',
  },
};

/** Writes of one kind of customers; each is stamped, checked and told to subscribers. */
class CustomerDesk {
  readonly #world: World;
  readonly #kind: CustomerKind;

  constructor(world: World, kind: CustomerKind) {
    this.#world = world;
    this.#kind = kind;
  }

  find(customerId: string): Customer | undefined {
    return this.#world.customers(this.#kind).get(customerId);
  }

  /** @throws OmniumProblem 404. */
  require(customerId: string): Customer {
    const customer = this.find(customerId);
    if (customer === undefined) {
      throw notFound('The customer');
    }
    return customer;
  }

  /** The customer as it will be kept: one that exists keeps its id, a new one gets what the tenant's rules say. */
  identified(input: Partial<Customer>): Partial<Customer> & { customerId: string } {
    const { customerId = '' } = input;
    const known = this.find(customerId) !== undefined;
    return { ...input, customerId: known ? customerId : newCustomerId(input, this.#world.customerRules) };
  }

  /** @throws OmniumProblem 400 naming the wrong members; 409 when an e-mail address or phone is another customer's. */
  check(input: Partial<Customer>): void {
    const issues = customerIssues(input, this.#world.directory);
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    const taken = this.#taken(input, []);
    if (taken.length > 0) {
      throw conflict(`Another customer has the same ${taken.join(' and ')}.`);
    }
  }

  /** @throws OmniumProblem 400 naming the wrong members of a batch with their position; nothing is written then. */
  checkAll(inputs: readonly Partial<Customer>[]): void {
    const issues = inputs.flatMap((input, index) =>
      [
        ...customerIssues(input, this.#world.directory),
        ...this.#taken(input, inputs.slice(0, index)).map((field) => ({ field, message: 'is another customer’s' })),
      ].map(({ field, message }) => ({ field: `[${index}].${field}`, message })),
    );
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
  }

  /** Stores a version unless nothing changed. Gives whether something did. */
  put(input: Partial<Customer>, operation: OperationName, call: { req: Request; res: Response }): boolean {
    const { events, context } = this.#world;
    const cause = causeOf(call.req, call.res);
    const { coreAdded, coreUpdated } = facts[this.#kind];
    const previous = this.find(input.customerId ?? '');
    const next = finishCustomer(this.#kind, input, { now: this.#world.now(), previous, userId: cause.userId });
    if (previous !== undefined && !differs(previous, next)) {
      return false;
    }
    this.#world.customers(this.#kind).put(next.customerId, next);
    context.markDirty();
    events.raise(operation, this.#subject(next), cause);
    events.raise(previous === undefined ? coreAdded : coreUpdated, this.#subject(next), cause);
    return true;
  }

  remove(customer: Customer, call: { req: Request; res: Response }): void {
    this.#world.customers(this.#kind).remove(customer.customerId);
    this.#world.context.markDirty();
    this.#world.events.raise('deletedCustomer', this.#subject(customer), causeOf(call.req, call.res));
  }

  #taken(input: Partial<Customer>, sameBatch: readonly Partial<Customer>[]): string[] {
    const { context, customerRules: rules } = this.#world;
    const customerRules = { ...rules, uniqueEmail: rules.uniqueEmail || context.manners.has('unique-email') };
    if (!customerRules.uniqueEmail && !customerRules.uniquePhone) {
      return [];
    }
    const { customerId } = this.identified(input);
    const others = [...this.#world.customers(this.#kind).values(), ...sameBatch.map((each) => this.identified(each))];
    return takenMembers(
      input,
      others.filter((other) => other.customerId !== customerId),
      customerRules,
    );
  }

  #subject(customer: Customer): { className: string; objectId: string; objectNumber: string; marketId?: string } {
    return {
      className: facts[this.#kind].className,
      objectId: customer.customerId,
      objectNumber: customer.customerNumber ?? customer.customerId,
      ...(customer.marketId === undefined ? {} : { marketId: customer.marketId }),
    };
  }
}

const addWrites = (router: Router, desk: CustomerDesk, kind: KindFacts): void => {
  const { base, added, updated } = kind;
  const customerModel = model<Partial<Customer>>(kind.model);
  router.post(base, (req, res) => {
    const input = desk.identified(readBody(customerModel, req.body));
    desk.check(input);
    if (desk.find(input.customerId) !== undefined) {
      throw conflict('A customer with this id exists already.');
    }
    desk.put(input, added, { req, res });
    res.status(200).end();
  });
  router.post(`${base}/Update`, (req, res) => {
    const input = readBody(customerModel, req.body);
    desk.check(input);
    const { customerId } = desk.require(input.customerId ?? '');
    desk.put(input, updated, { req, res });
    sendDocument(res, desk.require(customerId));
  });
  router.put(`${base}/AddOrUpdateMany`, (req, res) => {
    const inputs = readList(customerModel, req.body, batchLimit);
    desk.checkAll(inputs);
    for (const input of inputs.map((each) => desk.identified(each))) {
      desk.put(input, desk.find(input.customerId) === undefined ? added : updated, { req, res });
    }
    res.status(200).end();
  });
  router.post(`${base}/AddMany`, (req, res) => {
    const isNew = (input: Partial<Customer>): boolean => desk.find(desk.identified(input).customerId) === undefined;
    const inputs = readList(customerModel, req.body, batchLimit).filter(isNew);
    desk.checkAll(inputs);
    // Asked again: the same customer may be in the list twice.
    for (const input of inputs.filter(isNew)) {
      desk.put(desk.identified(input), added, { req, res });
    }
    res.type('text/plain').send('OK');
  });
};

const addPatchAndDelete = (router: Router, desk: CustomerDesk, kind: KindFacts): void => {
  const patchModel = model<Partial<Customer> & PatchOptions>(`${kind.model}Patch`);
  router.patch(`${kind.base}/${kind.patchPath}`, (req, res) => {
    const patch = readBody(patchModel, req.body);
    desk.check(patch);
    const customer = desk.find(patch.customerId ?? '');
    if (customer === undefined) {
      res.json(notFoundResult(patch.customerId ?? ''));
      return;
    }
    res.json(patchResult(desk.put(applyPatch(customer, patch), kind.patched, { req, res })));
  });
  router.delete(`${kind.base}/:id`, (req, res) => {
    desk.remove(desk.require(req.params.id), { req, res });
    res.status(200).end();
  });
};

const addPrivateExtras = (router: Router, world: World): void => {
  router.get('/api/PrivateCustomers/GetCustomerByPhoneAndStore', (req, res) => {
    const phone = requiredQueryValue(req, 'phoneNumber');
    requiredQueryValue(req, 'storeId');
    const [privateCustomer] = findHits(world.privateCustomers, {}, [(customer) => customer.phone === phone]);
    if (privateCustomer === undefined) {
      throw notFound('The customer');
    }
    res.json({ privateCustomer });
  });
  router.delete('/api/PrivateCustomers/Anonymize', (req, res) => {
    const desk = new CustomerDesk(world, 'private');
    const customer = desk.require(requiredQueryValue(req, 'id'));
    const anonymous = anonymizeCustomer(world, customer, causeOf(req, res));
    desk.put(anonymous, 'apiUpdatePrivateCustomer', { req, res });
    if (anonymous.customerId !== customer.customerId) {
      desk.remove(customer, { req, res });
    }
    res.status(200).end();
  });
};

/**
 * Merges one customer into another, whose members stay, or moves it to an id that is free; either way its orders name the
 * other id before the old one is gone (contract §5.1 and additions).
 */
const addMerge = (router: Router, world: World): void => {
  router.get('/api/CustomerPrivacy/ChangePrivateCustomerId', (req, res) => {
    const desk = new CustomerDesk(world, 'private');
    const source = desk.require(requiredQueryValue(req, 'fromCustomerId'));
    const customerId = requiredQueryValue(req, 'toCustomerId');
    const target = desk.find(customerId) ?? { ...source, customerId };
    const cause = causeOf(req, res);
    for (const order of world.orders.documents.values()) {
      if (order.customerId !== source.customerId || customerId === source.customerId) continue;
      world.orders.change(order, { ...order, customerId }, { operation: 'apiOrderPatch', cause });
    }
    desk.put(target, 'apiUpdatePrivateCustomer', { req, res });
    if (customerId !== source.customerId) desk.remove(source, { req, res });
    sendDocument(res, desk.require(customerId));
  });
};

const addBusinessExtras = (router: Router, world: World): void => {
  const byContact = (member: 'phone' | 'email', value: string): Customer[] =>
    findHits(world.businessCustomers, {}, [
      ({ contacts }) => (contacts ?? []).some((contact) => contact[member]?.toLowerCase() === value.toLowerCase()),
    ]);
  router.get('/api/BusinessCustomers/GetBusinessCustomerByContactPhone', (req, res) => {
    res.json(byContact('phone', requiredQueryValue(req, 'phoneNumber')));
  });
  router.get('/api/BusinessCustomers/GetBusinessCustomerByContactEmail', (req, res) => {
    res.json(byContact('email', requiredQueryValue(req, 'email')));
  });
  router.get('/api/BusinessCustomers/GetAll', (req, res) => {
    const range = listRange(req);
    const sinceMs = queryTimeMs(req, 'changedSince');
    const since = sinceMs === undefined ? '' : formatDateTime(sinceMs);
    const sortOrder = queryValue(req, 'sortOrder');
    const search = sortOrder === undefined ? {} : { sortOrder };
    const hits = findHits(world.businessCustomers, search, [({ modified = '' }) => modified > since]);
    sendPage(res, hits, range);
  });
};

/** Private and business customers (contract §5). */
export const addCustomerRoutes = (router: Router, world: World): void => {
  addPrivateExtras(router, world);
  addMerge(router, world);
  addBusinessExtras(router, world);
  for (const kind of ['private', 'business'] as const) {
    const desk = new CustomerDesk(world, kind);
    const { base } = facts[kind];
    addCustomerSearch(router, { world, kind, base });
    addWrites(router, desk, facts[kind]);
    addPatchAndDelete(router, desk, facts[kind]);
    router.get(`${base}/:id`, (req, res) => {
      sendDocument(res, desk.require(req.params.id));
    });
  }
};
