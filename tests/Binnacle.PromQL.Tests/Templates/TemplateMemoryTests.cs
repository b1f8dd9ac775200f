using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

public sealed class TemplateMemoryTests
{
    private const string Typical =
        "{{ $labels.job }} on {{ $labels.instance }} fails {{ $value | humanizePercentage }} of its requests"
        + "{{ if $labels.zone }} in {{ $labels.zone }}{{ end }}.";

    [Fact]
    [Trait("Guarantee", "T9")]
    public void A_typical_template_takes_little_memory()
    {
        var dialect = TemplateDialect.Prometheus(new Version(3, 5));
        AlertTemplate.Parse(Typical, dialect);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AlertTemplate.Parse(Typical, dialect);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16_000);
    }
}
