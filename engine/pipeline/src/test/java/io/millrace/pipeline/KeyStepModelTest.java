package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.task.Transforms;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that change keys, against the source's rows with their keys changed: beside loads, over kills, lost logs and outages, with partial images. */
class KeyStepModelTest {
    private static final String STEPS = """
            name: t
            source: a
            target: b
            tables: ['*']
            transforms:
              - set: {tables: [shop.orders], columns: {id: "cast('k' || cast(id as text) as text)"}}
              - set: {tables: [shop.back], columns: {id: 5 - id * 3, n: n + 1}}
              - mask: {tables: [shop.codes], columns: [id], with: hash, key: '${env:KEY}'}
            """;
    private static final String KEY = "pepper";

    @TempDir
    Path directory;

    private int runs;

    @Test
    void shouldKeepEachRowUnderItsChangedKey() {
        Seeds.forEach(15, random -> {
            ModelRig rig = rig(random, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            live(rig);
            assertRows(rig);
        });
    }

    @Test
    void shouldKeepEachRowUnderItsChangedKeyWhenImagesLackColumns() {
        Seeds.forEach(15, random -> {
            // A load may stop where a key changes without the whole row.
            boolean hasPartialMoves = random.nextBoolean();
            ModelRig rig = hasPartialMoves
                    ? rig(random, Step.STRUCTURE, Step.INCREMENTAL)
                    : rig(random, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.source.tables.values().forEach(table -> {
                table.partialUpdates = 0.6;
                table.hasPartialMoves = hasPartialMoves;
            });
            live(rig);
            assertRows(rig);
        });
    }

    @Test
    void shouldKeepEachRowUnderItsChangedKeyWhenRowsAreTied() {
        Seeds.forEach(15, random -> {
            ModelRig rig = rig(random, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
            rig.source.tables.keySet().forEach(rig.target.tied::add);
            live(rig);
            assertRows(rig);
        });
    }

    private ModelRig rig(Random random, Step first, Step... others) {
        ModelRig rig = new ModelRig(random, directory.resolve("run-" + runs++));
        rig.add(new ModelTable("orders", false, 40));
        rig.add(new ModelTable("back", false, 40));
        rig.add(new ModelTable("codes", true, 20));
        rig.target.knows(new ModelTable("orders", true, 0));
        rig.task = ModelRig.task(1 + random.nextInt(4), first, others);
        rig.transforms(steps());
        for (int i = 0; i < 40; i++) {
            rig.source.mutate(6);
        }
        rig.source.settleAll();
        return rig;
    }

    private static Transforms steps() {
        SecretResolver secrets = new SecretResolver() {
            @Override
            public Optional<String> environment(String name) {
                return Optional.of(KEY);
            }

            @Override
            public Optional<String> file(Path path) {
                return Optional.empty();
            }
        };
        return TaskFile.parse("task.yaml", STEPS, Path.of(""), secrets)
                .orThrow()
                .transforms();
    }

    private static void live(ModelRig rig) {
        Random random = rig.random;
        rig.target.failures = 0.02;
        rig.open();
        for (int life = 0; life < 4; life++) {
            int steps = random.nextInt(300);
            for (int i = 0; i < steps; i++) {
                rig.step(true);
            }
            rig.crash(random.nextInt(3) == 0);
            if (random.nextBoolean()) {
                rig.lanes(1 + random.nextInt(4));
            }
            rig.open();
        }
        rig.drain();
    }

    private static void assertRows(ModelRig rig) {
        assertChanged(rig, "orders", row -> new ModelRow("k" + row.key(), row.number(), row.text()));
        assertChanged(rig, "back", row -> new ModelRow(5 - (long) row.key() * 3, row.number() + 1, row.text()));
        assertChanged(rig, "codes", row -> new ModelRow(hash((String) row.key()), row.number(), row.text()));
        assertTrue(rig.counters().conserve(), () -> rig.counters().toString());
    }

    private static void assertChanged(ModelRig rig, String name, UnaryOperator<ModelRow> step) {
        TableId table = new TableId("shop", name);
        NavigableMap<Object, ModelRow> expected = new TreeMap<>();
        for (ModelRow row : rig.source.tables.get(table).rows.values()) {
            ModelRow changed = step.apply(row);
            expected.put(changed.key(), changed);
        }
        assertEquals(expected, rig.target.tables.getOrDefault(table, new TreeMap<>(Map.of())), name);
    }

    private static String hash(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
