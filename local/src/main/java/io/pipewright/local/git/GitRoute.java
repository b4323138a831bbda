package io.pipewright.local.git;

import io.pipewright.functions.git.RepositoryName;
import io.pipewright.local.database.Database;
import io.pipewright.local.http.ClientGoneException;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * {@code git clone} and {@code git push} at {@code /v1/repos/<name>}, with whatever credentials. A push makes the repository that it
 * names; every branch or tag that it changes is told as CodeCommit tells it, at least once.
 */
public final class GitRoute implements Route {
    static final String PATH = "/v1/repos/";
    private static final String UPLOAD = "git-upload-pack";
    private static final String RECEIVE = "git-receive-pack";
    private static final long DRAINED_BYTES = 64L << 20;

    private final LocalRepositories repositories;
    private final PushLog log;
    private GitService service;

    /**
     * @param region of the repositories' ARNs
     * @param account likewise
     */
    public GitRoute(
            Database database, LocalRepositories repositories, ReferenceEvents events, String region, String account) {
        this.repositories = repositories;
        this.log = new PushLog(database, events, "arn:aws:codecommit:" + region + ":" + account + ":");
    }

    /** Tells what an earlier process had no time to tell; to be called before the first request. */
    public void start() {
        log.resume(change -> {
            try {
                return repositories.target(change.repository(), change.reference()).equals(change.after());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private synchronized GitService service() {
        if (service == null) {
            service = new GitService(repositories, log);
        }
        return service;
    }

    @Override
    public boolean matches(Request request) {
        return request.rawPath().startsWith(PATH) && !request.host().endsWith(".localhost");
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        String path = request.rawPath().substring(PATH.length());
        int slash = path.indexOf('/');
        String name = slash < 0 ? path : path.substring(0, slash);
        String asked = request.method() + " " + (slash < 0 ? "" : path.substring(slash + 1));
        response.header("Cache-Control", "no-cache, max-age=0, must-revalidate");
        if (!RepositoryName.isValid(name)) {
            refuse(request, response, 404, "A repository's name is up to 100 letters, digits, periods, underscores and hyphens,"
                    + " and doesn't end in .git.");
        } else if (asked.equals("GET info/refs")) {
            advertise(name, request, response);
        } else if (asked.equals("POST " + UPLOAD) && isCall(request, UPLOAD)) {
            upload(name, request, response);
        } else if (asked.equals("POST " + RECEIVE) && isCall(request, RECEIVE)) {
            try (OutputStream out = answer(response, "application/x-" + RECEIVE + "-result")) {
                told(() -> service().receive(name, body(request), out));
            }
        } else {
            refuse(request, response, 404, "Nothing is served here; this is a git repository: git clone http://"
                    + request.header("Host").orElse("") + PATH + name);
        }
    }

    /** A page's form can't send this type, and a script that does must ask first. */
    private static boolean isCall(Request request, String service) {
        return request.header("Content-Type").equals(Optional.of("application/x-" + service + "-request"));
    }

    private void advertise(String name, Request request, Response response) throws IOException {
        String asked = request.query("service").orElse("");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (asked.equals(RECEIVE)) {
            service().advertiseReceive(name, bytes);
        } else if (!asked.equals(UPLOAD)) {
            refuse(request, response, 403, "Only git's smart protocol is served here.");
            return;
        } else if (!service().exists(name)) {
            refuse(request, response, 404, "There is no repository " + name + ". The first push makes it.");
            return;
        } else {
            service().advertiseUpload(name, parameters(request), bytes);
        }
        response.send(200, "application/x-" + asked + "-advertisement", bytes.toByteArray());
    }

    private void upload(String name, Request request, Response response) throws IOException {
        if (!service().exists(name)) {
            refuse(request, response, 404, "There is no repository " + name + ".");
            return;
        }
        try (OutputStream out = answer(response, "application/x-" + UPLOAD + "-result")) {
            told(() -> service().upload(name, parameters(request), body(request), out));
        }
    }

    private static Set<String> parameters(Request request) {
        return Set.of(request.header("Git-Protocol").orElse("version=0").split(":")[0]);
    }

    private static InputStream body(Request request) throws IOException {
        boolean zipped = request.header("Content-Encoding").map(coding -> coding.matches("(x-)?gzip")).orElse(false);
        return zipped ? new GZIPInputStream(request.body()) : request.body();
    }

    private static OutputStream answer(Response response, String contentType) throws IOException {
        return response.header("Content-Type", contentType).stream(200);
    }

    private interface Talk {
        void hold() throws IOException;
    }

    /** JGit wraps what the client's end of the connection throws. */
    private static void told(Talk talk) throws IOException {
        try {
            talk.hold();
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof ClientGoneException gone) {
                    throw gone;
                }
            }
            throw e;
        }
    }

    private static void refuse(Request request, Response response, int status, String text) throws IOException {
        request.drain(DRAINED_BYTES);
        response.send(status, "text/plain; charset=utf-8", text + "\n");
    }
}
