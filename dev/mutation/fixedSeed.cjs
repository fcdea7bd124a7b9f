// The same random cases in every run, so that a mutant is killed always or never.
require('fast-check').configureGlobal({ seed: 1 });
