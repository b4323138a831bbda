/**
 * Step Functions of the local home: Standard machines in Amazon States Language (JSONPath dialect) behind {@code SfnClient}.
 *
 * <p>{@link io.pipewright.local.sfn.Run} advances one execution and does nothing else: time, tokens and answers come in, history
 * events and wanted Lambda calls come out. {@link io.pipewright.local.sfn.Engine} loads a run from its row, advances it and saves it
 * in one database transaction, then carries out what it asked for. Between two transactions nothing of an execution lives in
 * memory, so a process that dies loses nothing and starts where the last transaction ended.
 *
 * <p>Only what the generated machines use is understood (Task on {@code lambda:invoke} with and without task token, Choice, Parallel,
 * Pass, Wait, Succeed, Fail; reference paths); a definition that asks for more is refused when it is created.
 */
package io.pipewright.local.sfn;
