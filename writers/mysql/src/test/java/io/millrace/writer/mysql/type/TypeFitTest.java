package io.millrace.writer.mysql.type;

import static io.millrace.writer.mysql.type.TypeFit.EXACT;
import static io.millrace.writer.mysql.type.TypeFit.LOSSY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.connection.Dialect;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypeFitTest {
    private static void assertKeyFit(TypeFit expected, ColumnType type, String sourceType, String from, String to) {
        Column source = new Column("v", type, sourceType, false, 20, -1, from, List.of("a"), false);
        CatalogColumn target = new CatalogColumn(
                "v", "varchar", "varchar(60)", 60, -1, -1, to, true, false, false, false, false, false);
        TypeFit fit = TypeFit.ofKey(source, target, Dialect.MYSQL);
        assertEquals(expected == LOSSY, fit == LOSSY, sourceType + " " + from + " into " + to);
    }

    @Test
    void shouldRefuseKeysThatTheTargetTakesForOne() {
        String caseless = "utf8mb4_0900_ai_ci";
        String bytewise = Dialect.MYSQL.binaryCollation();
        for (ColumnType type : List.of(ColumnType.TEXT, ColumnType.ENUM)) {
            assertKeyFit(EXACT, type, "text", "binary", bytewise);
            assertKeyFit(LOSSY, type, "text", "binary", caseless);
            assertKeyFit(EXACT, type, "text", caseless, caseless);
            assertKeyFit(LOSSY, type, "text", "utf8mb4_0900_as_cs", caseless);
        }
        for (String cased : List.of("character(5)", "bpchar", "name")) {
            assertKeyFit(LOSSY, ColumnType.POSTGRES_TEXT, cased, "", caseless);
            assertKeyFit(EXACT, ColumnType.POSTGRES_TEXT, cased, "", bytewise);
        }
        assertKeyFit(EXACT, ColumnType.POSTGRES_TEXT, "inet", "", caseless);
        assertKeyFit(EXACT, ColumnType.POSTGRES_TEXT, "citext", "", caseless);
    }
}
