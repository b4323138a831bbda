/**
 * Compiles a pipeline into the Step Functions machine that orders its runs: typed states, serialised last, the same bytes
 * for the same declaration.
 *
 * <p>The machine knows indexes into one version of the declaration and nothing else of the pipeline. Of Amazon States
 * Language it uses Task, Choice, Parallel and Succeed with plain reference paths; everything else is left out on purpose,
 * because the embedded interpreter and every emulator must run it unaided.
 */
package io.pipewright.statemachine.asl;
