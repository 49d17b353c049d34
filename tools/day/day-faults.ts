import { type Fault, type SandboxControls } from './vendors/sandbox-controls';

/** What this day has switched on at the vendors, to be switched off whatever becomes of it. */
export class DayFaults {
  private readonly on: { readonly controls: SandboxControls; readonly faultId: string }[] = [];

  async switchOn(controls: SandboxControls, fault: Fault): Promise<string> {
    const faultId = await controls.switchOn(fault);
    this.on.push({ controls, faultId });
    return faultId;
  }

  async switchEverythingOff(): Promise<void> {
    for (const { controls, faultId } of this.on.splice(0)) await controls.switchOff(faultId);
  }

  /** Has a share of all webhooks get lost. @returns switches it off again and tells how many were lost */
  async loseWebhooks(senders: readonly SandboxControls[], share: number): Promise<() => Promise<number>> {
    const faults = await Promise.all(
      senders.map(async (controls) => ({
        controls,
        faultId: await this.switchOn(controls, { kind: 'webhook-lost', share }),
      })),
    );
    return async () => {
      let hits = 0;
      for (const { controls, faultId } of faults) hits += await controls.switchOff(faultId);
      return hits;
    };
  }
}
