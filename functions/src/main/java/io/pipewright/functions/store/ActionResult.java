package io.pipewright.functions.store;

import java.util.Optional;

/**
 * What a provider says of an action.
 *
 * @param externalId {@code externalExecutionId}, up to 1,500 characters
 * @param url {@code externalExecutionUrl}
 * @param summary {@code externalExecutionSummary}, up to 2,048 characters
 * @param errorCode {@code errorDetails.code} of a failed one
 * @param errorMessage {@code errorDetails.message}
 */
public record ActionResult(
        Optional<String> externalId,
        Optional<String> url,
        Optional<String> summary,
        Optional<String> errorCode,
        Optional<String> errorMessage) {

    public static final ActionResult NONE = new ActionResult(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public static ActionResult working(String externalId, Optional<String> url) {
        return new ActionResult(Optional.of(externalId), url, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same work, ended well. */
    public ActionResult succeeded(Optional<String> withSummary) {
        return new ActionResult(externalId, url, withSummary, Optional.empty(), Optional.empty());
    }

    /** The same work, failed. */
    public ActionResult failed(String code, String message) {
        return new ActionResult(externalId, url, Optional.of(message), Optional.of(code), Optional.of(message));
    }
}
