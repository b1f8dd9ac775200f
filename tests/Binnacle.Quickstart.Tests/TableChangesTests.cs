using Binnacle.Quickstart.Views;

namespace Binnacle.Quickstart.Tests;

public sealed class TableChangesTests
{
    private readonly TableChanges changes = new();

    [Fact]
    public void Tells_new_rows_with_all_columns_but_ages_and_measured_values() =>
        changes
            .Update([Probes(["api-gateway", "Healthy", "12ms", "5s"])])
            .ShouldBe(["healthprobes/api-gateway  STATE=Healthy"]);

    [Fact]
    public void Is_silent_about_ages_and_measured_values()
    {
        changes.Update([Probes(["api-gateway", "Healthy", "12ms", "5s"])]);

        changes.Update([Probes(["api-gateway", "Healthy", "15ms", "6s"])]).ShouldBeEmpty();
    }

    [Fact]
    public void Tells_changed_and_deleted_rows()
    {
        changes.Update([Probes(["api-gateway", "Healthy", "12ms", "5s"], ["postgres", "Healthy", "1ms", "5s"])]);

        changes
            .Update([Probes(["api-gateway", "Unhealthy", "12ms", "5s"])])
            .ShouldBe(["healthprobes/api-gateway  STATE=Unhealthy", "healthprobes/postgres  deleted"]);
    }

    private static KubectlTable Probes(params IReadOnlyList<string>[] rows) =>
        new("healthprobes", [new("NAME", false), new("STATE", false), new("LATENCY", false), new("AGE", true)], rows);
}
