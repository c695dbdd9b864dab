import fc from 'fast-check';

// Properties draw the same cases in every run of the gate, so that only a change turns it red. `.ci/nightly` draws others.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_129) });
