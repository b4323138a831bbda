package io.pipewright.functions.approval;

import io.pipewright.events.approval.ApprovalNotification;
import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.Store;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.AuthorizationErrorException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.SnsException;

/**
 * Waits for a person ("Manual approval action reference"). The approval's token is the action execution id; as external id that id
 * says that the request is out. A call repeated after a crash may publish the request a second time, with a link of its own.
 */
public final class ManualApproval implements ActionProvider {
    /** The name under which {@link Store#external} finds an approval by its token. */
    static final String TOKENS = "approval";

    private static final int FORBIDDEN = 403;

    private final Engine engine;

    public ManualApproval(Engine engine) {
        this.engine = engine;
    }

    @Override
    public boolean isAsynchronous() {
        return true;
    }

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        Store.ExternalWork approval = new Store.ExternalWork(
                work.record().run(), work.record().startedAt(), work.id());
        engine.store().putExternal(TOKENS, work.id(), approval);
        Optional<String> topic = work.configuration("NotificationArn").filter(arn -> !arn.isEmpty());
        if (topic.isPresent()) {
            SnsClient sns = work.clients(engine).sns().get();
            publish(sns, topic.get(), notification(work, reviewLink(work)));
        }
        return new Progress.Working(ActionResult.working(work.id(), Optional.empty()), Optional.empty());
    }

    /** The page that decides, by a link which only the notification knows; without pages the place in AWS's console. */
    private String reviewLink(ActionWork work) {
        if (engine.settings().reviewUrl().isEmpty()) {
            return consoleLink(work) + "#/" + work.record().stageName() + "/" + work.record().actionName() + "/approve/"
                    + work.id();
        }
        LinkToken token = LinkToken.random();
        engine.store().putLink(token.hash(), new Store.ApprovalLink(
                work.record().run(), work.record().startedAt(), work.id(), work.deadline()));
        return engine.settings().reviewUrl() + "/approvals/" + token.text();
    }

    private String consoleLink(ActionWork work) {
        return "https://console.aws.amazon.com/codesuite/codepipeline/pipelines/" + work.run().pipeline()
                + "/view?region=" + engine.settings().region();
    }

    private ApprovalNotification notification(ActionWork work, String reviewLink) {
        return new ApprovalNotification(
                engine.settings().region(), work.run().pipeline(), work.record().stageName(),
                work.record().actionName(), work.id(), Instant.ofEpochMilli(work.deadline()), consoleLink(work),
                reviewLink, work.configuration("ExternalEntityLink").orElse(null),
                work.configuration("CustomData").orElse(null));
    }

    private static void publish(SnsClient sns, String topic, ApprovalNotification notification) throws ActionFailure {
        if (topic.endsWith(".fifo")) {
            throw invalid(topic);
        }
        try {
            sns.publish(request -> request.topicArn(topic)
                    .subject(notification.subject()).message(notification.snsMessage())
                    .messageStructure(ApprovalNotification.MESSAGE_STRUCTURE));
        } catch (SnsException e) {
            throw refused(topic, e);
        }
    }

    /** What SNS says in CodePipeline's words; other faults of SNS are tried again. */
    private static ActionFailure refused(String topic, SnsException e) {
        String code = e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
        if (e instanceof NotFoundException) {
            return ActionFailure.configuration("No Amazon SNS topic with the ARN " + topic
                    + " was found. Update your pipeline to use an existing topic, or create a new one to use in your "
                    + "pipeline.");
        }
        if (e instanceof InvalidParameterException) {
            return String.valueOf(e.getMessage()).contains("Message too long")
                    ? ActionFailure.configuration("The notification is larger than Amazon SNS allows. Edit your pipeline and "
                            + "shorten 'CustomData'.")
                    : invalid(topic);
        }
        if (code.equals("InvalidClientTokenId")) {
            return ActionFailure.system("The action failed due to an internal system error. Wait a few minutes and then "
                    + "try again. If the problem continues, contact your AWS administrator or AWS Support.", e);
        }
        if (e instanceof AuthorizationErrorException || e.statusCode() == FORBIDDEN && !code.startsWith("ExpiredToken")) {
            return ActionFailure.permission("The Pipeline or Action role does not have permission to publish to topics in "
                    + "Amazon SNS. Add the sns:Publish permission to the role\u2019s policy, and then try again.", e);
        }
        throw e;
    }

    private static ActionFailure invalid(String topic) {
        return ActionFailure.configuration("An invalid topic ARN (" + topic
                + ") was provided. Update your pipeline to use a valid topic, or create a new one to use in your pipeline.");
    }
}
