package io.pipewright.local.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where {@code ./pipewright} begins: finds the command and turns what it says into an exit status. */
public final class Main {
    /** The command line itself was wrong. */
    static final int USAGE = 2;

    /** Not for people: the launcher archives the classes that it loads. */
    private static final String REHEARSAL = "rehearse";
    private static final Set<String> HELP = Set.of("help", "--help", "-h");

    private Main() {
    }

    /** Runs one command and ends the process with its status: 0 done, 1 not done, 2 wrongly asked for. */
    public static void main(String[] words) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(words), new Console(Terminal.fromLauncher(), System.in, out, err)));
    }

    /** Runs one command and answers its exit status. */
    static int run(List<String> words, Console console) {
        return run(words, console, System.getenv());
    }

    /** The same in another environment. */
    static int run(List<String> words, Console console, Map<String, String> environment) {
        if (words.isEmpty()) {
            console.out().print(Usage.ALL);
            return USAGE;
        }
        String name = words.get(0);
        List<String> rest = words.subList(1, words.size());
        if (HELP.contains(name)) {
            console.out().print(rest.isEmpty() ? Usage.ALL : Usage.of(rest.get(0)));
            return 0;
        }
        if (rest.stream().takeWhile(word -> !word.equals("--")).anyMatch(word -> word.equals("--help") || word.equals("-h"))) {
            console.out().print(Usage.of(name));
            return 0;
        }
        try {
            return command(name, rest, console, environment);
        } catch (UsageException e) {
            console.err().println(e.getMessage());
            console.err().println();
            console.err().print(Usage.of(name));
            return USAGE;
        } catch (CommandFailedException e) {
            console.err().println(e.getMessage());
            return 1;
        }
    }

    /** Runs twice: what happens the first time and what happens every other time are different classes. */
    private static int rehearse(List<String> rest, Console console) {
        int first = RunCommand.run(rest, console);
        return first == 0 ? RunCommand.run(rest, console) : first;
    }

    private static int command(String name, List<String> rest, Console console, Map<String, String> environment) {
        return switch (name) {
            case "run" -> RunCommand.run(rest, console);
            case REHEARSAL -> rehearse(rest, console);
            case "serve" -> ServeCommand.run(rest, console);
            case "proxy" -> ProxyCommand.run(rest, console);
            case "validate" -> ValidateCommand.run(rest, console);
            case "compile" -> CompileCommand.run(rest, console);
            case "import" -> ImportCommand.run(rest, console, environment);
            default -> throw new UsageException("There is no command " + name + ".");
        };
    }
}
