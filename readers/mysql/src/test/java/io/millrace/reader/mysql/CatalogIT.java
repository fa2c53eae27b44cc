package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.reader.CollectedRows;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the catalog says of tables, on both servers alike. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class CatalogIT {
    private final List<Server> servers;
    private final MySqlServer mysql;

    CatalogIT(MySqlServer mysql, MariaDbServer mariaDb) {
        this.mysql = mysql;
        servers = List.of(mysql, mariaDb);
    }

    @Test
    void shouldTellTypesWithTheirSizes() {
        for (Server server : servers) {
            String database = server.freshDatabase("catalog");
            server.execute(
                    database,
                    "CREATE TABLE t (a int unsigned PRIMARY KEY, b decimal(12,3), c datetime(4), d bit(7), e varchar(33) CHARACTER"
                            + " SET latin1, f varbinary(44), g enum('x','y''z','ü\\\\'), h json, i tinyint(1), j mediumint,"
                            + " k longtext) CHARACTER SET utf8mb4");
            TableSchema t = TestSource.schema(server, database, "t");
            assertColumn(t, "a", ColumnType.UNSIGNED, 4, -1);
            assertColumn(t, "b", ColumnType.DECIMAL, 12, 3);
            assertColumn(t, "c", ColumnType.DATETIME, -1, 4);
            assertColumn(t, "d", ColumnType.BIT, 7, -1);
            assertColumn(t, "e", ColumnType.TEXT, 33, -1);
            assertColumn(t, "f", ColumnType.BINARY, 44, -1);
            assertColumn(t, "g", ColumnType.ENUM, -1, -1);
            assertColumn(t, "i", ColumnType.INTEGER, 1, -1);
            assertColumn(t, "j", ColumnType.INTEGER, 3, -1);
            assertEquals(ColumnType.JSON, column(t, "h").type());
            assertEquals(ColumnType.TEXT, column(t, "k").type());
            assertEquals(List.of("x", "y'z", "ü\\"), column(t, "g").members());
            assertTrue(
                    column(t, "e").collation().startsWith("latin1_"),
                    column(t, "e").collation());
            assertFalse(column(t, "a").nullable());
            assertTrue(column(t, "b").nullable());
            assertEquals("varchar(33)", column(t, "e").sourceType());
        }
    }

    @Test
    void shouldShowGeneratedAndInvisibleColumnsInTheOrderOfTheBinlog() {
        for (Server server : servers) {
            String database = server.freshDatabase("catalog");
            server.execute(
                    database,
                    "CREATE TABLE t (a int PRIMARY KEY, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, s int GENERATED ALWAYS AS (a"
                            + " + 2) STORED, h int NOT NULL DEFAULT 7 INVISIBLE, z timestamp DEFAULT CURRENT_TIMESTAMP)");
            TableSchema t = TestSource.schema(server, database, "t");
            assertEquals(
                    List.of("a", "v", "s", "h", "z"),
                    t.columns().stream().map(Column::name).toList());
            assertEquals(
                    List.of("v", "s"),
                    t.columns().stream()
                            .filter(Column::generated)
                            .map(Column::name)
                            .toList());
        }
    }

    @Test
    void shouldShowGeneratedPrimaryKeyWhenSessionsWouldHideIt() {
        String database = mysql.freshDatabase("catalog");
        mysql.execute(
                database,
                "SET SESSION sql_generate_invisible_primary_key = ON",
                "CREATE TABLE t (a int)",
                "SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF");
        try {
            TableSchema t = TestSource.schema(mysql, database, "t");
            assertEquals(
                    List.of("my_row_id", "a"),
                    t.columns().stream().map(Column::name).toList());
            assertEquals(List.of(0), t.key());
        } finally {
            mysql.execute(null, "SET GLOBAL show_gipk_in_create_table_and_information_schema = ON");
        }
    }

    @Test
    void shouldChooseDeclaredThenPrimaryThenUniqueKey() {
        for (Server server : servers) {
            String database = server.freshDatabase("catalog");
            server.execute(
                    database,
                    "CREATE TABLE primary_key (a int, b int NOT NULL, c int NOT NULL, UNIQUE KEY u (b), PRIMARY KEY (c, a))",
                    "CREATE TABLE unique_key (a int, b int NOT NULL, c int NOT NULL, UNIQUE KEY n (a), UNIQUE KEY u (c, b))",
                    "CREATE TABLE nullable_key (a int, UNIQUE KEY n (a))",
                    "CREATE TABLE no_key (a int NOT NULL, KEY k (a))");
            assertEquals(
                    List.of(2, 0),
                    TestSource.schema(server, database, "primary_key").key());
            assertEquals(
                    List.of(2, 1),
                    TestSource.schema(server, database, "unique_key").key());
            assertEquals(
                    List.of(),
                    TestSource.schema(server, database, "nullable_key").key());
            assertEquals(
                    List.of(), TestSource.schema(server, database, "no_key").key());
            try (Source source = TestSource.open(server)) {
                for (TableDetails details : source.tables(TestSource.selection(database, List.of("a")))) {
                    assertEquals(List.of(0), details.schema().key());
                }
            }
        }
        String database = mysql.freshDatabase("catalog");
        mysql.execute(database, "CREATE TABLE expression (a int NOT NULL, UNIQUE KEY e ((a + 1)))");
        assertEquals(List.of(), TestSource.schema(mysql, database, "expression").key());
    }

    @Test
    void shouldTellCommentsDefaultsIndexesAndForeignKeys() {
        for (Server server : servers) {
            String database = server.freshDatabase("catalog");
            server.execute(
                    database,
                    "CREATE TABLE p (x int, y int, PRIMARY KEY (x, y))",
                    "CREATE TABLE t (a int PRIMARY KEY AUTO_INCREMENT COMMENT 'it''s', b varchar(20) DEFAULT 'o''clock\\\\', c int"
                            + " DEFAULT 5, d datetime(6) DEFAULT CURRENT_TIMESTAMP(6), e int DEFAULT NULL, f varchar(9) NOT NULL,"
                            + " g int, h int, i varchar(30) DEFAULT 'CURRENT_TIMESTAMP', KEY k (b(3), c), UNIQUE KEY u (f),"
                            + " CONSTRAINT fk FOREIGN KEY (g, h) REFERENCES p (x, y) ON DELETE SET NULL) COMMENT 'a “table”'");
            TableDetails t = TestSource.details(server, database, "t");
            assertEquals("a “table”", t.comment());
            assertEquals("it's", t.columnComments().get("a"));
            assertEquals(Optional.of("a"), t.autoIncrement());
            assertEquals("'o''clock\\'", t.defaults().get("b"));
            assertEquals("5", t.defaults().get("c"));
            assertEquals("CURRENT_TIMESTAMP(6)", t.defaults().get("d").toUpperCase(Locale.ROOT));
            assertEquals("'CURRENT_TIMESTAMP'", t.defaults().get("i"));
            assertFalse(t.defaults().containsKey("e"));
            assertFalse(t.defaults().containsKey("f"));
            assertTrue(t.indexes()
                    .contains(new TableDetails.Index(
                            "k",
                            false,
                            List.of("b(3)", "c"),
                            TableDetails.Method.BTREE,
                            List.of(new IndexPart("b", 3, false), new IndexPart("c", 0, false)))));
            assertTrue(t.indexes().contains(new TableDetails.Index("u", true, List.of("f"))));
            ForeignKey key = t.foreignKeys().get(0);
            assertEquals("fk", key.name());
            assertEquals(List.of("g", "h"), key.columns());
            assertEquals(new TableId(database, "p"), key.parent());
            assertEquals(List.of("x", "y"), key.parentColumns());
            assertEquals("SET NULL", key.onDelete());
            assertTrue(key.hasAction());
        }
    }

    @Test
    void shouldFindTablesWhateverTheirNames() {
        for (Server server : servers) {
            String database = server.freshDatabase("catalog");
            List<String> names =
                    List.of("with space", "back`quote", "quo'te", "per%cent_", "ünïcode", "Upper", "upper", "a.b");
            for (String name : names) {
                server.execute(
                        database,
                        "CREATE TABLE `" + name.replace("`", "``") + "` (`" + name.replace("`", "``")
                                + "` int PRIMARY KEY)",
                        "INSERT INTO `" + name.replace("`", "``") + "` VALUES (1)");
            }
            for (String name : names) {
                TableSchema table = TestSource.schema(server, database, name);
                assertEquals(name, table.columns().get(0).name());
                assertEquals(List.of(0), table.key());
                CollectedRows rows = new CollectedRows(table, ImageText::of);
                try (Source source = TestSource.open(server);
                        var chunks = source.chunks()) {
                    chunks.begin();
                    chunks.read(table, chunks.boundary(table, Optional.empty(), 1), Optional.empty(), rows);
                    chunks.read(table, Optional.empty(), Optional.empty(), rows);
                    chunks.end();
                }
                assertEquals(List.of(List.of("1")), rows.rows());
            }
        }
    }

    @Test
    void shouldReadManyTablesAtOnceAsOneByOne() {
        for (Server server : servers) {
            String database = server.freshDatabase("catalog");
            List<String> statements = new ArrayList<>(List.of("CREATE TABLE parent (id int PRIMARY KEY)"));
            for (int i = 0; i < 60; i++) {
                statements.add("CREATE TABLE t" + i
                        + " (id int PRIMARY KEY, j json, p int, KEY k (p), FOREIGN KEY (p) REFERENCES"
                        + " parent (id))");
            }
            statements.add("CREATE VIEW v AS SELECT id FROM parent");
            server.execute(database, statements.toArray(String[]::new));
            try (Source source = TestSource.open(server)) {
                List<TableDetails> tables = source.tables(TestSource.all(database));
                assertEquals(61, tables.size());
                for (TableDetails table : tables) {
                    List<TableDetails> alone = source.tables(only(table.schema().table()));
                    assertEquals(table, alone.get(0));
                }
            }
        }
    }

    private static Column column(TableSchema table, String name) {
        return table.columns().get(table.indexOf(name));
    }

    private static void assertColumn(TableSchema table, String name, ColumnType type, int length, int scale) {
        Column column = column(table, name);
        assertEquals(type, column.type(), name);
        assertEquals(length, column.length(), name);
        assertEquals(scale, column.scale(), name);
    }

    private static TableSelection only(TableId table) {
        return new TableSelection() {
            @Override
            public boolean isSelected(TableId other) {
                return table.equals(other);
            }

            @Override
            public List<String> declaredKey(TableId other) {
                return List.of();
            }
        };
    }
}
