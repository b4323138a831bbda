package io.pipewright.local.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPackInternalServerErrorException;

/** The two services of git's smart protocol ("Git Documentation: gitprotocol-http"). */
final class GitService {
    private final LocalRepositories repositories;
    private final PushLog log;
    /** References move, and are told of, one push at a time in each repository. */
    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

    GitService(LocalRepositories repositories, PushLog log) {
        this.repositories = repositories;
        this.log = log;
    }

    boolean exists(String repository) throws IOException {
        Optional<Repository> found = repositories.find(repository);
        found.ifPresent(Repository::close);
        return found.isPresent();
    }

    /** What there is to fetch. @param parameters of the {@code Git-Protocol} header */
    void advertiseUpload(String repository, Set<String> parameters, OutputStream out) throws IOException {
        try (Repository opened = repositories.find(repository).orElseThrow();
                UploadPack upload = upload(opened, parameters)) {
            upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(out)), "git-upload-pack");
        }
    }

    void upload(String repository, Set<String> parameters, InputStream in, OutputStream out) throws IOException {
        try (Repository opened = repositories.find(repository).orElseThrow();
                UploadPack upload = upload(opened, parameters)) {
            upload.upload(in, out, null);
        } catch (UploadPackInternalServerErrorException e) {
            if (!(e.getCause() instanceof MissingObjectException) && !(e.getCause() instanceof PackProtocolException)) {
                throw e;
            }
            // Something was asked for that isn't here; git has told its user.
        }
    }

    private static UploadPack upload(Repository opened, Set<String> parameters) {
        UploadPack upload = new UploadPack(opened);
        upload.setBiDirectionalPipe(false);
        upload.setExtraParameters(parameters);
        // Sources take commits by id that a branch may have left since.
        upload.setRequestPolicy(UploadPack.RequestPolicy.ANY);
        PackConfig config = new PackConfig(opened);
        config.setThreads(1);
        upload.setPackConfig(config);
        return upload;
    }

    /** What a push may change. A repository comes to be with the push itself; until then it is an empty one. */
    void advertiseReceive(String repository, OutputStream out) throws IOException {
        try (Repository opened = repositories.find(repository)
                .orElseGet(() -> new InMemoryRepository(new DfsRepositoryDescription(repository)))) {
            PacketLineOut lines = new PacketLineOut(out);
            lines.writeString("# service=git-receive-pack\n");
            lines.end();
            receive(opened).sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
        }
    }

    void receive(String repository, InputStream in, OutputStream out) throws IOException {
        try (Repository opened = repositories.findOrCreate(repository)) {
            ReentrantLock turn = turns.computeIfAbsent(repository, name -> new ReentrantLock());
            ReceivePack receive = receive(opened);
            Push push = new Push(repository);
            receive.setPreReceiveHook((pack, commands) -> {
                turn.lock();
                push.begin(commands);
            });
            try {
                receive.receive(in, out, null);
            } catch (UnpackException e) {
                // What was sent isn't whole or isn't sound; git has told its user why.
            } finally {
                if (turn.isHeldByCurrentThread()) {
                    try {
                        push.end();
                        chooseDefaultBranch(opened, push);
                    } finally {
                        turn.unlock();
                    }
                }
            }
        }
    }

    private static ReceivePack receive(Repository opened) {
        ReceivePack receive = new ReceivePack(opened);
        receive.setBiDirectionalPipe(false);
        // Refuses what no checkout could bear, such as paths that lead out of it.
        receive.setCheckReceivedObjects(true);
        return receive;
    }

    /** The changes of one push, from before they are made until they are told. */
    private final class Push {
        private final String repository;
        private List<ReceiveCommand> commands = List.of();
        private List<Long> numbers = List.of();

        private Push(String repository) {
            this.repository = repository;
        }

        private void begin(Iterable<ReceiveCommand> asked) {
            List<ReceiveCommand> wanted = new ArrayList<>();
            asked.forEach(wanted::add);
            commands = wanted;
            numbers = log.begin(wanted.stream().map(this::change).toList());
        }

        private void end() {
            for (int i = 0; i < numbers.size(); i++) {
                if (commands.get(i).getResult() == ReceiveCommand.Result.OK) {
                    log.made(numbers.get(i), change(commands.get(i)));
                } else {
                    log.dropped(numbers.get(i));
                }
            }
            log.tell();
        }

        private RefChange change(ReceiveCommand command) {
            return new RefChange(
                    repository, command.getRefName(), command.getOldId().name(), command.getNewId().name());
        }

        private Optional<String> firstBranch() {
            return commands.stream().filter(command -> command.getResult() == ReceiveCommand.Result.OK
                            && command.getRefName().startsWith(Constants.R_HEADS)
                            && !command.getNewId().equals(ObjectId.zeroId()))
                    .map(ReceiveCommand::getRefName).findFirst();
        }
    }

    /** As CodeCommit does: the first branch that is pushed. */
    private static void chooseDefaultBranch(Repository opened, Push push) throws IOException {
        if (opened.resolve(Constants.HEAD) == null && push.firstBranch().isPresent()) {
            RefUpdate head = opened.updateRef(Constants.HEAD);
            head.link(push.firstBranch().get());
        }
    }
}
