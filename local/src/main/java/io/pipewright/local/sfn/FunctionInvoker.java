package io.pipewright.local.sfn;

/** Calls Lambda functions for the interpreter; called from several threads at once and never inside a transaction. */
@FunctionalInterface
public interface FunctionInvoker {

    /**
     * Runs the function to its end.
     *
     * <p>The same call is made again after a crash of the process that made it, with the same task token inside.
     *
     * @param functionArn full ARN, with the qualifier as its last part if the state names one
     * @param payload the event as JSON text in UTF-8
     * @return the function's result as JSON text in UTF-8; empty means {@code null}
     * @throws FunctionError when the function failed, is throttled or does not exist; fails the task
     */
    byte[] invoke(String functionArn, byte[] payload) throws FunctionError;
}
