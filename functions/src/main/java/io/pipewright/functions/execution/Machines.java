package io.pipewright.functions.execution;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.TaskDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

/** The machine executions of pipeline executions, and their task tokens. Everything here may be repeated. */
public final class Machines {
    private final SfnClient sfn;

    Machines(SfnClient sfn) {
        this.sfn = sfn;
    }

    /** Starts an attempt at a state of the machine; one that exists already is what was wanted. */
    void start(String machineVersion, String run, int attempt, String entry) {
        String input = JsonNodeFactory.instance.objectNode()
                .put("run", run).put("attempt", attempt).put("entry", entry).toString();
        try {
            sfn.startExecution(request -> request
                    .stateMachineArn(machineVersion).name(name(run, attempt)).input(input));
        } catch (ExecutionAlreadyExistsException e) {
            // Started before, by whoever died before he could clear the effect.
            return;
        }
    }

    /** Stops an attempt; one that has ended or never was needs nothing. */
    void stop(String machineVersion, String run, int attempt) {
        try {
            sfn.stopExecution(request -> request.executionArn(executionArn(machineVersion, run, attempt)));
        } catch (ExecutionDoesNotExistException e) {
            // It ended long ago, or its start was never carried out.
            return;
        }
    }

    /** Whether the machine execution of an attempt is there and running. */
    public boolean isRunning(String machineVersion, String run, int attempt) {
        try {
            return sfn.describeExecution(request -> request.executionArn(executionArn(machineVersion, run, attempt)))
                    .status() == ExecutionStatus.RUNNING;
        } catch (ExecutionDoesNotExistException e) {
            return false;
        }
    }

    private static String name(String run, int attempt) {
        return run + "-" + attempt;
    }

    private static String executionArn(String machineVersion, String run, int attempt) {
        String[] parts = machineVersion.split(":");
        return String.join(":", parts[0], parts[1], parts[2], parts[3], parts[4], "execution", parts[6],
                name(run, attempt));
    }

    /** Answers a gate: it opens, or the machine ends. */
    public void answerGate(String token, Answer answer) {
        if (answer == Answer.SUCCEEDED) {
            succeed(token, "{}");
        } else {
            fail(token, "End");
        }
    }

    /**
     * Answers an action's task.
     *
     * @param branch whether it is a branch of a Parallel: these end normally with a status, so that a failure lets its
     *     siblings finish
     */
    public void answerAction(String token, boolean branch, Answer answer) {
        if (branch) {
            succeed(token, switch (answer) {
                case SUCCEEDED -> "{\"status\":\"Succeeded\"}";
                case FAILED -> "{\"status\":\"Failed\"}";
                case ENDED -> "{\"status\":\"Ended\"}";
            });
            return;
        }
        switch (answer) {
            case SUCCEEDED -> succeed(token, "{}");
            case FAILED -> fail(token, "Failed");
            case ENDED -> fail(token, "End");
        }
    }

    private void succeed(String token, String output) {
        delivered(() -> sfn.sendTaskSuccess(request -> request.taskToken(token).output(output)));
    }

    private void fail(String token, String error) {
        delivered(() -> sfn.sendTaskFailure(request -> request.taskToken(token).error(error)));
    }

    /** A token that nobody waits for any more was answered before, or its machine execution is over. */
    private static void delivered(Runnable answer) {
        try {
            answer.run();
        } catch (TaskTimedOutException | TaskDoesNotExistException | InvalidTokenException e) {
            return;
        }
    }
}
