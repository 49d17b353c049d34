 
import { type CallContext } from '../http';
import {
  flowPackageComponentSchema,
  flowPackageSlotSchema,
  type FlowPackageComponent,
  type FlowPackageSlot,
} from './catalogue-schemas';
import {
  type FlowPackageComponentUpdate,
  type FlowPackageComponentWrite,
  type FlowPackageSlotUpdate,
  type FlowPackageSlotWrite,
} from './catalogue-writes';
import { type FlowConnection } from './connection';
import { FlowResource } from './resource';

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
