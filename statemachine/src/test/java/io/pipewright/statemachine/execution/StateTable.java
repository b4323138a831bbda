package io.pipewright.statemachine.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The worlds that have been seen, each a few numbers, in the order in which they were: also the queue of those to look at. */
final class StateTable {

    private static final int ROWS_PER_CHUNK = 1 << 14;

    private final int width;
    private final List<int[]> chunks = new ArrayList<>();
    /** Open addressing: a world's hash above its index plus one; 0 is free. */
    private long[] slots = new long[1 << 12];
    private int size;

    /** @param width how many numbers a world has */
    StateTable(int width) {
        this.width = width;
    }

    int size() {
        return size;
    }

    /** Whether the world is new. {@code parent} is the index of the world that it was seen from. */
    boolean add(int[] world, int parent) {
        int hash = hash(world);
        int slot = find(world, hash);
        if (slots[slot] != 0) {
            return false;
        }
        if (size % ROWS_PER_CHUNK == 0) {
            chunks.add(new int[ROWS_PER_CHUNK * (width + 1)]);
        }
        int[] chunk = chunks.get(size / ROWS_PER_CHUNK);
        int at = size % ROWS_PER_CHUNK * (width + 1);
        System.arraycopy(world, 0, chunk, at, width);
        chunk[at + width] = parent;
        slots[slot] = (long) hash << Integer.SIZE | ++size;
        if (size * 2L > slots.length) {
            grow();
        }
        return true;
    }

    int[] get(int index) {
        int at = index % ROWS_PER_CHUNK * (width + 1);
        return Arrays.copyOfRange(chunks.get(index / ROWS_PER_CHUNK), at, at + width);
    }

    int parent(int index) {
        return chunks.get(index / ROWS_PER_CHUNK)[index % ROWS_PER_CHUNK * (width + 1) + width];
    }

    private int find(int[] world, int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0 && !((int) (slots[slot] >> Integer.SIZE) == hash && isAt((int) slots[slot] - 1, world))) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int index, int[] world) {
        int at = index % ROWS_PER_CHUNK * (width + 1);
        return Arrays.equals(chunks.get(index / ROWS_PER_CHUNK), at, at + width, world, 0, width);
    }

    private static int hash(int[] world) {
        int hash = 0;
        for (int number : world) {
            hash = (hash ^ number) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        return hash;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[before.length * 2];
        int mask = slots.length - 1;
        for (long one : before) {
            if (one != 0) {
                int slot = (int) (one >> Integer.SIZE) & mask;
                while (slots[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                slots[slot] = one;
            }
        }
    }
}
