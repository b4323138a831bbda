package io.pipewright.local.sts;

import io.pipewright.local.http.QueryAnswer;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.Tag;

/** The wire form of STS: a form with the action's name, answered with XML ("AWS query protocol", Smithy documentation). */
public final class StsQuery {
    private static final String VERSION = "2011-06-15";
    private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

    private StsQuery() {
    }

    /**
     * Answers GetCallerIdentity and AssumeRole; other actions with the error InvalidAction.
     *
     * @param form the request's decoded parameters, from its body or its query string
     * @param requestId shown in the answer
     */
    public static QueryAnswer answer(Map<String, String> form, StsClient sts, String requestId) {
        String action = form.getOrDefault("Action", "");
        try {
            return switch (VERSION.equals(form.get("Version")) ? action : "") {
                case "GetCallerIdentity" -> QueryAnswer.success(NAMESPACE, action, identity(sts.getCallerIdentity(GetCallerIdentityRequest.builder().build())), requestId);
                case "AssumeRole" -> QueryAnswer.success(NAMESPACE, action, assumed(sts.assumeRole(request(form))), requestId);
                default -> error(400, "InvalidAction", "Could not find operation " + action + " for version " + form.get("Version"), requestId);
            };
        } catch (NumberFormatException e) {
            return error(400, "MalformedInput", "DurationSeconds is not a number", requestId);
        } catch (AwsServiceException e) {
            return error(e.statusCode(), e.awsErrorDetails().errorCode(), e.awsErrorDetails().errorMessage(), requestId);
        }
    }

    private static AssumeRoleRequest request(Map<String, String> form) {
        AssumeRoleRequest.Builder request = AssumeRoleRequest.builder().roleArn(form.get("RoleArn")).roleSessionName(form.get("RoleSessionName"))
            .externalId(form.get("ExternalId")).policy(form.get("Policy")).serialNumber(form.get("SerialNumber"))
            .tokenCode(form.get("TokenCode")).sourceIdentity(form.get("SourceIdentity"));
        if (form.containsKey("DurationSeconds")) {
            request.durationSeconds(Integer.valueOf(form.get("DurationSeconds")));
        }
        if (form.containsKey("Tags.member.1.Key")) {
            request.tags(Tag.builder().key(form.get("Tags.member.1.Key")).build());
        }
        if (form.containsKey("TransitiveTagKeys.member.1")) {
            request.transitiveTagKeys(form.get("TransitiveTagKeys.member.1"));
        }
        return request.build();
    }

    private static String identity(GetCallerIdentityResponse identity) {
        return QueryAnswer.element("Arn", identity.arn()) + QueryAnswer.element("UserId", identity.userId()) + QueryAnswer.element("Account", identity.account());
    }

    private static String assumed(AssumeRoleResponse assumed) {
        return "<AssumedRoleUser>" + QueryAnswer.element("AssumedRoleId", assumed.assumedRoleUser().assumedRoleId())
            + QueryAnswer.element("Arn", assumed.assumedRoleUser().arn()) + "</AssumedRoleUser><Credentials>"
            + QueryAnswer.element("AccessKeyId", assumed.credentials().accessKeyId())
            + QueryAnswer.element("SecretAccessKey", assumed.credentials().secretAccessKey())
            + QueryAnswer.element("SessionToken", assumed.credentials().sessionToken())
            + QueryAnswer.element("Expiration", assumed.credentials().expiration().toString()) + "</Credentials>";
    }

    private static QueryAnswer error(int status, String code, String message, String requestId) {
        return QueryAnswer.error(NAMESPACE, status, code, message, requestId);
    }
}
