import { z } from 'zod';

import type { CallContext } from '../http';
import { listOf, optionalInteger, optionalText, requiredText } from '../wire';
import type { FlowConnection } from './connection';
import { flag, text, whole } from './members';
import { FlowResource } from './resource';

/** One choice within a slot of a package. */
export const flowPackageComponentSchema = z.object({
  productPackageComponentUid: requiredText,
  product: z.object({ productUid: requiredText, name: text, sku: text }),
  position: whole,
  /** Hundredths of a piece. */
  quantity: optionalInteger,
  /** Cents including VAT. */
  specialPrice: whole,
  required: flag,
});

/** A slot of a package: something that is in it, or is chosen out of several. */
export const flowPackageSlotSchema = z.object({
  productPackageSlotUid: requiredText,
  name: optionalText,
  position: whole,
  minComponentsAllowed: whole,
  maxComponentsAllowed: whole,
  components: listOf(flowPackageComponentSchema),
});

export type FlowPackageComponent = z.infer<typeof flowPackageComponentSchema>;
export type FlowPackageSlot = z.infer<typeof flowPackageSlotSchema>;

/** Members of a package's slot that can be changed later. */
export interface FlowPackageSlotUpdate {
  readonly name?: string;
  readonly position?: number;
  readonly minComponentsAllowed?: number;
  readonly maxComponentsAllowed?: number;
}

/** Body of a new slot. */
export interface FlowPackageSlotWrite extends FlowPackageSlotUpdate {
  readonly productPackageSlotUid?: string;
  readonly name: string;
  readonly position: number;
  readonly minComponentsAllowed: number;
  readonly maxComponentsAllowed: number;
}

/** Members of a slot's component that can be changed later. */
export interface FlowPackageComponentUpdate {
  readonly position?: number;
  /** Hundredths of a piece. */
  readonly quantity?: number;
  /** Cents including VAT. */
  readonly specialPrice?: number | null;
  readonly required?: boolean;
}

/** Body of a new component. */
export interface FlowPackageComponentWrite extends FlowPackageComponentUpdate {
  readonly productPackageComponentUid?: string;
  readonly productUid: string;
  readonly quantity: number;
  readonly required: boolean;
}

/** Where a slot is. */
export interface FlowSlotRef {
  readonly productUid: string;
  readonly productPackageSlotUid: string;
}

/** What is in packages: slots, and what each of them can hold (flow-api.md §3.4). */
export class FlowPackages {
  private readonly slots: FlowResource<FlowPackageSlot>;
  private readonly components: FlowResource<FlowPackageComponent>;

  constructor(private readonly flow: FlowConnection) {
    this.slots = new FlowResource(flow, { name: 'package slot', item: flowPackageSlotSchema });
    this.components = new FlowResource(flow, { name: 'package component', item: flowPackageComponentSchema });
  }

  /** Slots of a package with their components. `GET …/packages/slots`: API:productpackage (flow-api.md §3.4). */
  listSlots(productUid: string, context?: CallContext): Promise<FlowPackageSlot[]> {
    const path = this.flow.paths.packageSlots(productUid);
    return this.flow.list({ operation: 'GET package slots', path, item: flowPackageSlotSchema }, context);
  }

  /** Makes a slot. 409 when its uid exists. `POST …/packages/slots`: API:productpackage (flow-api.md §3.4). */
  createSlot(productUid: string, slot: FlowPackageSlotWrite, context?: CallContext): Promise<void> {
    return this.slots.create(this.flow.paths.packageSlots(productUid), slot, context);
  }

  /** Changes the members given. `PUT …/slots/{uid}`: assumed (flow-api.md §3.4). */
  updateSlot(slot: FlowSlotRef, change: FlowPackageSlotUpdate, context?: CallContext): Promise<void> {
    return this.slots.update(this.flow.paths.packageSlot(slot), change, context);
  }

  /** Removes a slot with its components. False when there was none. `DELETE …/slots/{uid}`: assumed (flow-api.md §3.4). */
  deleteSlot(slot: FlowSlotRef, context?: CallContext): Promise<boolean> {
    return this.slots.delete(this.flow.paths.packageSlot(slot), context);
  }

  /** Makes a component. 409 when its uid exists. `POST …/slots/{uid}/components`: assumed (flow-api.md §3.4). */
  createComponent(slot: FlowSlotRef, component: FlowPackageComponentWrite, context?: CallContext): Promise<void> {
    return this.components.create(this.flow.paths.packageComponents(slot), component, context);
  }

  /** Changes the members given. `PUT …/components/{uid}`: assumed (flow-api.md §3.4). */
  updateComponent(
    slot: FlowSlotRef,
    productPackageComponentUid: string,
    change: FlowPackageComponentUpdate,
    context?: CallContext,
  ): Promise<void> {
    return this.components.update(this.flow.paths.packageComponent(slot, productPackageComponentUid), change, context);
  }

  /** Removes a component. False when there was none. `DELETE …/components/{uid}`: assumed (flow-api.md §3.4). */
  deleteComponent(slot: FlowSlotRef, productPackageComponentUid: string, context?: CallContext): Promise<boolean> {
    return this.components.delete(this.flow.paths.packageComponent(slot, productPackageComponentUid), context);
  }
}
