package io.pipewright.local.sts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/**
 * STS in this process. There are no roles and no permissions here: AssumeRole answers credentials for every well-formed
 * role ARN, which open nothing but what the local home opens to everyone. External id and session policies are
 * therefore taken and have no effect. Left out on purpose: MFA, tags, source identities, every other operation.
 */
public final class LocalSts implements StsClient {
    private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}):role/(?:[\\x21-\\x7e]+/)?([\\w+=,.@-]{1,64})");
    private static final Pattern SESSION = Pattern.compile("[\\w+=,.@-]{2,64}");
    private static final String ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int DEFAULT_SECONDS = 3600;
    private static final int FEWEST_SECONDS = 900;
    private static final int MOST_SECONDS = 43_200;

    private final String account;
    private final String callerArn;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param account twelve digits
     * @param callerArn who everybody is, such as {@code arn:aws:iam::000000000000:user/me}
     */
    public LocalSts(String account, String callerArn, Clock clock) {
        this.account = account;
        this.callerArn = callerArn;
        this.clock = clock;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
        return GetCallerIdentityResponse.builder().account(account).arn(callerArn).userId("AIDA" + id(callerArn)).build();
    }

    @Override
    public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
        refuseUnsupported(request);
        Matcher role = ROLE.matcher(String.valueOf(request.roleArn()));
        if (!role.matches()) {
            throw request.roleArn() == null ? Errors.constraint(null, "roleArn", "Member must not be null")
                : Errors.validation(request.roleArn() + " is invalid");
        }
        String session = request.roleSessionName();
        if (session == null || !SESSION.matcher(session).matches()) {
            throw Errors.constraint(session, "roleSessionName", "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
        }
        Instant expiration = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds(request));
        Credentials credentials = Credentials.builder().accessKeyId("ASIA" + id(text(24))).secretAccessKey(text(30))
            .sessionToken(text(120)).expiration(expiration).build();
        return AssumeRoleResponse.builder().credentials(credentials).assumedRoleUser(user -> user
            .assumedRoleId("AROA" + id(request.roleArn()) + ":" + session)
            .arn("arn:aws:sts::" + role.group(1) + ":assumed-role/" + role.group(2) + "/" + session)).build();
    }

    private static void refuseUnsupported(AssumeRoleRequest request) {
        refuseIf(request.serialNumber() != null, "SerialNumber");
        refuseIf(request.tokenCode() != null, "TokenCode");
        refuseIf(request.sourceIdentity() != null, "SourceIdentity");
        refuseIf(!request.tags().isEmpty(), "Tags");
        refuseIf(!request.transitiveTagKeys().isEmpty(), "TransitiveTagKeys");
        refuseIf(!request.providedContexts().isEmpty(), "ProvidedContexts");
    }

    private static void refuseIf(boolean given, String parameter) {
        if (given) {
            throw Errors.validation(parameter + " is not supported by the local STS.");
        }
    }

    private static int seconds(AssumeRoleRequest request) {
        if (request.durationSeconds() == null) {
            return DEFAULT_SECONDS;
        }
        if (request.durationSeconds() < FEWEST_SECONDS) {
            throw Errors.constraint(request.durationSeconds(), "durationSeconds", "Member must have value greater than or equal to " + FEWEST_SECONDS);
        }
        if (request.durationSeconds() > MOST_SECONDS) {
            throw Errors.constraint(request.durationSeconds(), "durationSeconds", "Member must have value less than or equal to " + MOST_SECONDS);
        }
        return request.durationSeconds();
    }

    private String text(int bytes) {
        byte[] secret = new byte[bytes];
        random.nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    /** Sixteen characters in the alphabet of AWS's ids, always the same for the same name. */
    private static String id(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            StringBuilder id = new StringBuilder();
            for (int i = 0; i < 16; i++) {
                id.append(ID_ALPHABET.charAt(digest[i] & 31));
            }
            return id.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    /** Nothing to close. */
    @Override
    public void close() {
    }
}
