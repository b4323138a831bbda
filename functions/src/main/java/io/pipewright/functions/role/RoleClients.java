package io.pipewright.functions.role;

import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.settings.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.StsException;

/**
 * Clients that act as a role. A session is kept until shortly before it expires, and renewed by calls that outlive it. Safe for use
 * by many threads.
 */
public final class RoleClients {
    /** A function works on one action at a time; its siblings may come back to it. */
    private static final int MOST_KEPT = 16;

    private final Settings settings;
    private final Function<AwsCredentialsProvider, StsClient> sts;
    private final Function<AwsCredentialsProvider, Clients> clients;
    private final Map<ActingRole, Session> kept = new LinkedHashMap<>(MOST_KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ActingRole, Session> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private record Session(Runnable check, Clients clients) { }

    /** Real clients; none is made before a role is assumed. */
    public RoleClients(Settings settings, Clients own) {
        this(settings, credentials -> StsClient.builder().credentialsProvider(credentials).build(), own::as);
    }

    /**
     * @param sts makes a client that calls with these credentials
     * @param clients makes the clients that act with these credentials
     */
    public RoleClients(
            Settings settings, Function<AwsCredentialsProvider, StsClient> sts,
            Function<AwsCredentialsProvider, Clients> clients) {
        this.settings = settings;
        this.sts = sts;
        this.clients = clients;
    }

    /**
     * Clients that act as a role which has been assumed by now.
     *
     * @param role of at least one link
     * @throws RoleRefusedException when a role on the way can't be assumed
     */
    public Clients of(ActingRole role) {
        Session session;
        synchronized (kept) {
            session = kept.computeIfAbsent(role, this::open);
        }
        session.check().run();
        return session.clients();
    }

    private Session open(ActingRole role) {
        AwsCredentialsProvider assuming = own();
        String assumer = null;
        Runnable check = () -> { };
        for (String link : role.chain()) {
            AssumeRoleRequest request = request(link, role.externalId(), role.session()).build();
            AwsCredentialsProvider assumed = StsAssumeRoleCredentialsProvider.builder()
                    .stsClient(sts.apply(assuming)).refreshRequest(request).build();
            Runnable before = check;
            String by = assumer;
            check = () -> {
                before.run();
                checked(assumed::resolveCredentials, request, by);
            };
            assuming = assumed;
            assumer = link;
        }
        return new Session(check, clients.apply(assuming));
    }

    /**
     * A session of a role that may do no more than a policy says.
     *
     * @param policy JSON, at most 2,048 characters
     * @param seconds 900 or more
     * @throws RoleRefusedException when the role can't be assumed
     */
    public Credentials scoped(String role, String externalId, String session, String policy, int seconds) {
        AssumeRoleRequest request = request(role, externalId, session).policy(policy).durationSeconds(seconds).build();
        return checked(() -> sts.apply(own()).assumeRole(request).credentials(), request, null);
    }

    private static AwsCredentialsProvider own() {
        return DefaultCredentialsProvider.builder().build();
    }

    private static AssumeRoleRequest.Builder request(String role, String externalId, String session) {
        return AssumeRoleRequest.builder().roleArn(role).externalId(externalId).roleSessionName(session);
    }

    /** What can't be helped by trying again is told; the rest is thrown on. */
    private <T> T checked(Supplier<T> call, AssumeRoleRequest request, String assumer) {
        try {
            return call.get();
        } catch (StsException e) {
            String code = e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
            boolean isFinal = e.statusCode() >= 400 && e.statusCode() < 500 && !e.isThrottlingException()
                    && !code.startsWith("ExpiredToken");
            if (!isFinal) {
                throw e;
            }
            throw new RoleRefusedException(refusal(request, assumer,
                    e.awsErrorDetails() == null ? e.getMessage() : e.awsErrorDetails().errorMessage()), e);
        }
    }

    private String refusal(AssumeRoleRequest request, String assumer, String said) {
        String role = request.roleArn();
        String text = "The role " + role + " can't be assumed: " + said + " Add this statement to its trust policy: ";
        if (assumer != null) {
            return text + new TrustStatement(assumer, request.externalId()).json() + ", and allow the role " + assumer
                    + " to call sts:AssumeRole on it.";
        }
        String prefix = settings.functionPrefix();
        String tag = prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) : prefix;
        return text + TrustStatement.forFunctions(role, settings.account(), request.externalId()).json()
                + ", and tag the role with pipewright=" + tag
                + " or name it among the roles that this deployment may assume.";
    }
}
