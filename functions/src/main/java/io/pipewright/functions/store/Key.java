package io.pipewright.functions.store;

/** Where an item lies: its partition and its place in it. */
record Key(String pk, String sk) {

    static final int SHARDS = 4;
    private static final int TIME_DIGITS = 15;

    static Key name(String pipelineName) {
        return new Key("N", pipelineName);
    }

    static String pipeline(String generation) {
        return "P#" + generation;
    }

    static String run(String run) {
        return "R#" + run;
    }

    static Key pipelineItem(String generation) {
        return new Key(pipeline(generation), "PIPELINE");
    }

    static Key version(String generation, int version) {
        return new Key(pipeline(generation), "V#" + padded(version, 8));
    }

    static Key runPointer(String generation, long number) {
        return new Key(pipeline(generation), "R#" + padded(number, 12));
    }

    static Key actionPointer(String generation, long startedAt, String id) {
        return new Key(pipeline(generation), actionSort(startedAt, id));
    }

    static Key clientToken(String generation, String token) {
        return new Key(pipeline(generation), "C#" + token);
    }

    static Key runItem(String run) {
        return new Key(run(run), "RUN");
    }

    static Key action(String run, long startedAt, String id) {
        return new Key(run(run), actionSort(startedAt, id));
    }

    private static String actionSort(long startedAt, String id) {
        return "X#" + padded(startedAt, TIME_DIGITS) + "#" + id;
    }

    /** @param action position in the stage, -1 for the gate in front of it */
    static Key token(String run, int attempt, int stage, int action) {
        return new Key(run(run), "T#" + attempt + "#" + stage + "#" + (action < 0 ? "gate" : action));
    }

    static Key external(String provider, String id) {
        return new Key("E#" + provider + "#" + id, "ACTION");
    }

    static Key early(String provider, String id) {
        return new Key("E#" + provider + "#" + id, "EVENT");
    }

    static Key job(String id) {
        return new Key("J#" + id, "JOB");
    }

    static Key currentJob(String action) {
        return new Key("J#" + action, "CURRENT");
    }

    static Key link(String hash) {
        return new Key("L#" + hash, "LINK");
    }

    static Key stackRequest(String stackId, String requestId) {
        return new Key("Q#" + stackId, requestId);
    }

    static String source(String source) {
        return "S#" + source;
    }

    static Key listener(String source, String generation, String action) {
        return new Key(source(source), generation + "#" + action);
    }

    /** Action names hold no bar, so the source behind it may hold anything. */
    static Key listensTo(String generation, String source, String action) {
        return new Key(pipeline(generation), "L#" + action + "|" + source);
    }

    static String dueShard(int shard) {
        return "D#" + shard;
    }

    /** What every due item before this time sorts below. */
    static String dueBefore(long at) {
        return padded(at, TIME_DIGITS);
    }

    static Key due(long at, DueKind kind, String id) {
        return new Key(dueShard(Math.floorMod(id.hashCode(), SHARDS)), dueBefore(at) + "#" + kind + "#" + id);
    }

    /** Numbers of the same width sort as text. Not by String.format: it takes a hundred times as long. */
    private static String padded(long number, int width) {
        String digits = Long.toString(number);
        return "0".repeat(width - digits.length()) + digits;
    }
}
