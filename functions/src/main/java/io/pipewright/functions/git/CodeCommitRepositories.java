package io.pipewright.functions.git;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * CodeCommit's repositories over its git endpoint ("Setup steps for HTTPS connections to AWS CodeCommit"; permission {@code
 * codecommit:GitPull}). A snapshot is fetched into a temporary directory: one commit without its history where that is the
 * branch's head or the endpoint gives commits by id, else the branch.
 */
public final class CodeCommitRepositories implements GitRepositories {
    private static final int TIMEOUT_SECONDS = 60;
    private static final String FETCHED = "refs/heads/fetched";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final String endpoint;
    private final String region;
    private final AwsCredentialsProvider credentials;
    private final Clock clock;

    /** @param endpoint where repositories are served, {@code https://git-codecommit.<region>.amazonaws.com} */
    public CodeCommitRepositories(String endpoint, String region, AwsCredentialsProvider credentials, Clock clock) {
        this.endpoint = endpoint;
        this.region = region;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** The repositories of the region in its own partition. */
    public static CodeCommitRepositories of(String region, AwsCredentialsProvider credentials, Clock clock) {
        String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
        return new CodeCommitRepositories("https://git-codecommit." + region + "." + domain, region, credentials, clock);
    }

    @Override
    public String cloneUrl(String repository) {
        return endpoint + "/v1/repos/" + repository;
    }

    @Override
    public String head(String repository, String branch) throws GitRefusal {
        String name = Constants.R_HEADS + branch;
        if (RepositoryName.isValid(repository) && !Repository.isValidRefName(name)) {
            throw GitRefusal.noBranch(repository, branch);
        }
        Ref found = talk(repository, Optional.empty(), transport -> {
            try (FetchConnection connection = transport.openFetch(List.of(new RefSpec(name)))) {
                return connection.getRef(name);
            }
        });
        if (found == null) {
            throw GitRefusal.noBranch(repository, branch);
        }
        return found.getObjectId().name();
    }

    @Override
    public GitSnapshot open(String repository, String branch, Optional<String> commit) throws GitRefusal {
        String wanted = commit.isPresent() ? commit.get() : head(repository, branch);
        if (RepositoryName.isValid(repository) && !ObjectId.isId(wanted)) {
            throw GitRefusal.noCommit(repository, wanted);
        }
        try {
            Path directory = Files.createTempDirectory("pipewright-git");
            Repository into = Jgit.bare(directory);
            Closeable after = () -> delete(directory);
            try {
                into.create(true);
                // It would go on after the fetch, in a directory that is about to go.
                into.getConfig().setInt("gc", null, "auto", 0);
                into.getConfig().setInt("gc", null, "autoPackLimit", 0);
                into.getConfig().setBoolean("gc", null, "autoDetach", false);
                fetch(into, repository, branch, wanted);
                return GitSnapshot.of(into, repository, wanted, after);
            } catch (IOException | GitRefusal | RuntimeException e) {
                into.close();
                after.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Endpoints needn't give commits by id; then the branch's whole history is searched. */
    private void fetch(Repository into, String repository, String branch, String commit) throws GitRefusal, IOException {
        try {
            fetch(into, repository, commit, 1);
        } catch (UncheckedIOException e) {
            head(repository, branch);
            fetch(into, repository, Constants.R_HEADS + branch, Integer.MAX_VALUE);
        }
    }

    private void fetch(Repository into, String repository, String from, int depth) throws GitRefusal {
        talk(repository, Optional.of(into), transport -> {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.setDepth(depth);
            return transport.fetch(NullProgressMonitor.INSTANCE, List.of(new RefSpec("+" + from + ":" + FETCHED)));
        });
    }

    private interface Talk<T> {
        T with(Transport transport) throws IOException;
    }

    private <T> T talk(String repository, Optional<Repository> into, Talk<T> talk) throws GitRefusal {
        if (!RepositoryName.isValid(repository)) {
            throw GitRefusal.noRepository(repository);
        }
        Statuses statuses = new Statuses();
        try (Transport transport = transport(repository, into)) {
            transport.setTimeout(TIMEOUT_SECONDS);
            transport.setCredentialsProvider(login(repository));
            ((TransportHttp) transport).setHttpConnectionFactory(statuses);
            return talk.with(transport);
        } catch (NoRemoteRepositoryException e) {
            throw GitRefusal.noRepository(repository);
        } catch (TransportException e) {
            throw refusal(repository, statuses.last, e);
        } catch (IOException | URISyntaxException e) {
            throw new UncheckedIOException(e instanceof IOException io ? io : new IOException(e));
        }
    }

    private Transport transport(String repository, Optional<Repository> into) throws IOException, URISyntaxException {
        URIish url = new URIish(cloneUrl(repository));
        return into.isPresent() ? Transport.open(into.get(), url) : Transport.open(url);
    }

    private CredentialsProvider login(String repository) {
        URI url = URI.create(cloneUrl(repository));
        GitLogin login = GitLogin.sign(
                credentials.resolveCredentials(), region, url.getAuthority(), url.getPath(), clock.instant());
        return new UsernamePasswordCredentialsProvider(login.user(), login.password());
    }

    private static GitRefusal refusal(String repository, int status, TransportException e) {
        if (status == NOT_FOUND) {
            return GitRefusal.noRepository(repository);
        }
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            return GitRefusal.denied(repository, e);
        }
        throw new UncheckedIOException(e);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** JGit's exceptions don't tell the status that led to them. */
    private static final class Statuses implements HttpConnectionFactory {
        private int last;

        @Override
        public HttpConnection create(URL url) throws IOException {
            return create(url, Proxy.NO_PROXY);
        }

        @Override
        public HttpConnection create(URL url, Proxy proxy) throws IOException {
            return new Watched(url, proxy);
        }

        private final class Watched extends JDKHttpConnection {
            private Watched(URL url, Proxy proxy) throws IOException {
                super(url, proxy);
            }

            @Override
            public int getResponseCode() throws IOException {
                last = super.getResponseCode();
                return last;
            }
        }
    }
}
