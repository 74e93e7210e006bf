/** The landscape document: CIs and relations as they come from a CMDB. Shapes are fixed (docs/schemas/landscape.json). */

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly port?: number;
  /** `<distribution>-<version>`, e.g. `debian-12`; the part before the first dash picks the patch method. */
  readonly os: string;
  readonly zone?: string;
  readonly site?: string;
  readonly environment?: string;
  /** The machine that carries this virtual one, for limits. */
  readonly hypervisor?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
}

export interface Component {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly tier: string;
  readonly server: string;
  readonly application: string;
  readonly cluster?: string;
  readonly owner?: string;
  readonly unit?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

export interface Application {
  readonly id: string;
  readonly name: string;
  readonly owner?: string;
  readonly criticality?: 'low' | 'medium' | 'high';
}

/** `dependsOn`: component `from` needs component `to`. `runsOn`: component `from` also runs on server `to`. */
export interface Relation {
  readonly type: 'dependsOn' | 'runsOn';
  readonly from: string;
  readonly to: string;
}

export interface BatchJob {
  readonly id: string;
  readonly name: string;
  readonly server: string;
  readonly system: string;
  readonly ref: string | Readonly<Record<string, unknown>>;
}

export interface Monitor {
  readonly id: string;
  readonly ci: string;
  readonly system: string;
  readonly ref: Readonly<Record<string, unknown>>;
}

export interface Landscape {
  readonly servers: readonly Server[];
  readonly components: readonly Component[];
  readonly applications: readonly Application[];
  readonly relations: readonly Relation[];
  readonly batchJobs: readonly BatchJob[];
  readonly monitors: readonly Monitor[];
}
