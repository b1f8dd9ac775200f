using System.Text.Json;
using Binnacle.Quickstart.Views;

namespace Binnacle.Quickstart.Tests;

public sealed class KubectlTableTests
{
    private const string Rules = """
        {
          "kind": "Table", "apiVersion": "meta.k8s.io/v1",
          "columnDefinitions": [
            {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
            {"name": "Severity", "type": "string", "format": "", "description": "", "priority": 0},
            {"name": "Active", "type": "integer", "format": "", "description": "", "priority": 0},
            {"name": "Stack", "type": "string", "format": "", "description": "", "priority": 1},
            {"name": "Age", "type": "date", "format": "", "description": ""}
          ],
          "rows": [
            {"cells": ["high-error-rate", "Critical", 2, "a/b", "5s"]},
            {"cells": ["service-down", "", null, null, "2m"]}
          ]
        }
        """;

    [Fact]
    public void Shows_the_columns_that_kubectl_shows_without_wide() =>
        Parse(Rules).Columns.Select(column => column.Name).ShouldBe(["NAME", "SEVERITY", "ACTIVE", "AGE"]);

    [Fact]
    public void Knows_which_columns_change_by_themselves() =>
        Parse(Rules).Columns.Where(column => column.IsAge).Select(column => column.Name).ShouldBe(["AGE"]);

    [Fact]
    public void Aligns_cells_and_names_what_is_missing() =>
        Parse(Rules)
            .ToLines()
            .ShouldBe([
                "NAME              SEVERITY   ACTIVE   AGE",
                "high-error-rate   Critical   2        5s",
                "service-down      <none>     <none>   2m",
            ]);

    [Fact]
    public void A_table_without_rows_has_a_header() =>
        Parse("""{"columnDefinitions": [{"name": "Name", "type": "string"}], "rows": null}""")
            .ToLines()
            .ShouldBe(["NAME"]);

    [Theory]
    [InlineData("""{"kind": "AlertRuleList", "items": []}""")]
    [InlineData("[]")]
    public void Says_when_the_answer_is_no_table(string json) =>
        Should.Throw<JsonException>(() => Parse(json)).Message.ShouldContain("alertrules");

    private static KubectlTable Parse(string json) => KubectlTable.Parse("alertrules", JsonElement.Parse(json));
}
