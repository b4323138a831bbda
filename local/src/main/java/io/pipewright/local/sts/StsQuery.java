package io.pipewright.local.sts;

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
     * @param status of the HTTP answer
     * @param xml its body, {@code text/xml} in UTF-8
     */
    public record Answer(int status, String xml) {
    }

    /**
     * Answers GetCallerIdentity and AssumeRole; other actions with the error InvalidAction.
     *
     * @param form the request's decoded parameters, from its body or its query string
     * @param requestId shown in the answer
     */
    public static Answer answer(Map<String, String> form, StsClient sts, String requestId) {
        String action = form.getOrDefault("Action", "");
        try {
            return switch (VERSION.equals(form.get("Version")) ? action : "") {
                case "GetCallerIdentity" -> success(action, identity(sts.getCallerIdentity(GetCallerIdentityRequest.builder().build())), requestId);
                case "AssumeRole" -> success(action, assumed(sts.assumeRole(request(form))), requestId);
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
        return element("Arn", identity.arn()) + element("UserId", identity.userId()) + element("Account", identity.account());
    }

    private static String assumed(AssumeRoleResponse assumed) {
        return "<AssumedRoleUser>" + element("AssumedRoleId", assumed.assumedRoleUser().assumedRoleId())
            + element("Arn", assumed.assumedRoleUser().arn()) + "</AssumedRoleUser><Credentials>"
            + element("AccessKeyId", assumed.credentials().accessKeyId())
            + element("SecretAccessKey", assumed.credentials().secretAccessKey())
            + element("SessionToken", assumed.credentials().sessionToken())
            + element("Expiration", assumed.credentials().expiration().toString()) + "</Credentials>";
    }

    private static Answer success(String action, String result, String requestId) {
        return new Answer(200, "<" + action + "Response xmlns=\"" + NAMESPACE + "\"><" + action + "Result>" + result + "</" + action + "Result>"
            + "<ResponseMetadata>" + element("RequestId", requestId) + "</ResponseMetadata></" + action + "Response>");
    }

    private static Answer error(int status, String code, String message, String requestId) {
        return new Answer(status, "<ErrorResponse xmlns=\"" + NAMESPACE + "\"><Error>" + element("Type", "Sender") + element("Code", code)
            + element("Message", message) + "</Error>" + element("RequestId", requestId) + "</ErrorResponse>");
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + escape(text) + "</" + name + ">";
    }

    /** What XML 1.0 can't hold in any form becomes a question mark. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\r' -> escaped.append("&#13;");
                default -> escaped.appendCodePoint(isXml(c) ? c : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }
}
