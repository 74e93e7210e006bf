export * from './windows-host';
export * from './windows-program';
export * from './windows-runner';
