package io.pipewright.functions.action;

import io.pipewright.functions.store.ActionResult;

/**
 * An action fails, and says why in CodePipeline's manner: a code of {@code errorDetails} and a text for people. Thrown by
 * providers; anything else that they throw is a fault of the world, and the task is tried again.
 */
public final class ActionFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient ActionResult sofar;

    private ActionFailure(String code, String message, ActionResult sofar, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.sofar = sofar;
    }

    /** The declaration asks for something that can't be. */
    public static ActionFailure configuration(String message) {
        return new ActionFailure("ConfigurationError", message, ActionResult.NONE, null);
    }

    /** A role may not do what the action needs. */
    public static ActionFailure permission(String message, Throwable cause) {
        return new ActionFailure("PermissionError", message, ActionResult.NONE, cause);
    }

    /** The work itself failed. */
    public static ActionFailure job(String message) {
        return new ActionFailure("JobFailed", message, ActionResult.NONE, null);
    }

    /** The world failed for good. */
    public static ActionFailure system(String message, Throwable cause) {
        return new ActionFailure("SystemUnavailable", message, ActionResult.NONE, cause);
    }

    /** An error code of {@code errorDetails}. */
    public String code() {
        return code;
    }

    /** The same failure of work that has an external id or URL. */
    public ActionFailure of(ActionResult work) {
        return new ActionFailure(code, getMessage(), work, getCause());
    }

    /** What the provider had said of the work before it failed. */
    public ActionResult sofar() {
        return sofar;
    }
}
