package io.millrace.pipeline.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task says of the foreign keys that it followed, when it is started again. */
class FollowedKeysTest {
    private static final TableId CHILD = new TableId("a shop", "line%1");

    @TempDir
    Path directory;

    private FollowedKeys keys;

    @BeforeEach
    void follow() {
        keys = new FollowedKeys(directory);
        keys.renew(List.of(key("k 1", KeyAction.CASCADE)), Set.of(CHILD), true);
    }

    private static StructureItem key(String name, KeyAction onDelete) {
        StructureItem.Reference to =
                new StructureItem.Reference(new TableId("a shop", "parent"), List.of("id"), onDelete, KeyAction.NONE);
        return new StructureItem(StructureItem.Kind.FOREIGN_KEY, CHILD, name, List.of("p\nq"), Optional.of(to), false);
    }

    private ErrorCode refusal(List<StructureItem> now) {
        return assertThrows(MillraceException.class, () -> keys.renew(now, Set.of(CHILD), false))
                .code();
    }

    @Test
    void shouldGoOnWhenTheKeyIsThereUnderAnotherName() {
        keys.renew(List.of(key("k2", KeyAction.CASCADE)), Set.of(CHILD), false);
        keys.renew(List.of(key("k3", KeyAction.CASCADE)), Set.of(CHILD), false);
    }

    @Test
    void shouldRefuseAtEachStartWhenTheKeyIsGoneOrDoesSomethingElse() {
        for (int start = 0; start < 2; start++) {
            assertEquals(ErrorCode.SCHEMA_MISMATCH, refusal(List.of()));
            assertEquals(ErrorCode.SCHEMA_MISMATCH, refusal(List.of(key("k 1", KeyAction.SET_NULL))));
        }
    }

    @Test
    void shouldGoOnWhenTheTableIsExcludedOrTheTaskGoesOnElsewhere() {
        keys.renew(List.of(), Set.of(), false);
        keys.renew(List.of(key("k 1", KeyAction.CASCADE)), Set.of(CHILD), false);
        keys.forget();
        keys.renew(List.of(), Set.of(CHILD), false);
    }

    @Test
    void shouldNameTheFileWhenItIsDamaged() throws IOException {
        for (String text : List.of("one two\n", "a b c %zz\n")) {
            Files.writeString(directory.resolve("followed-keys"), text);
            MillraceException refused =
                    assertThrows(MillraceException.class, () -> keys.renew(List.of(), Set.of(CHILD), false));
            assertEquals(ErrorCode.DATA_DIRECTORY_UNUSABLE, refused.code());
            assertTrue(refused.getMessage().contains("followed-keys"), refused.getMessage());
        }
    }
}
