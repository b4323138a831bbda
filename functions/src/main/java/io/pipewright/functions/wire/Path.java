package io.pipewright.functions.wire;

/** Where a value stands in a request. Written out only for what is wrong, so a good request costs no text. */
record Path(Path parent, String name) {
    static final Path ROOT = new Path(null, "");

    /** The place of a member, an element's position, or a map's key. */
    Path member(String member) {
        return new Path(this, member);
    }

    /** {@code pipeline.stages.2.member.name}; names begin small, also the few members of the model that begin with a capital. */
    @Override
    public String toString() {
        String own = name.isEmpty() ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
        return parent == null || parent == ROOT ? own : parent + "." + own;
    }
}
