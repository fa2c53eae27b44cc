package io.millrace.reader.mysql;

import io.millrace.position.MySqlGtids;
import java.util.Random;

/** Sets of GTIDs made up from a seed. */
public final class GtidSets {
    private static final String[] UUIDS = {
        "3e11fa47-71ca-11e1-9e33-c80aa9429562",
        "00000000-0000-0000-0000-000000000001",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "80000000-0000-0000-8000-000000000000"
    };
    private static final String[] TAGS = {"a", "_", "a_tag", "zz9", "_0123456789abcdefghijklmnopqrstu", "b"};

    private GtidSets() {}

    public static MySqlGtids random(Random random, boolean hasTags) {
        StringBuilder text = new StringBuilder();
        int ranges = random.nextInt(8);
        for (int i = 0; i < ranges; i++) {
            long start = 1L + random.nextInt(30);
            start = random.nextInt(20) == 0 ? Long.MAX_VALUE - 100 + start : start;
            text.append(text.isEmpty() ? "" : ",").append(UUIDS[random.nextInt(UUIDS.length)]);
            if (hasTags && random.nextBoolean()) {
                text.append(':').append(TAGS[random.nextInt(TAGS.length)]);
            }
            text.append(':').append(start).append('-').append(start + random.nextInt(9));
        }
        return MySqlGtids.parse(text.toString());
    }
}
