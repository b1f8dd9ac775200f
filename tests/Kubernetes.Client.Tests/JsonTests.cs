using System.Text;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

/// <summary>The forms in which the API writes things.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05Z", 0)]
    [InlineData("2026-01-02T03:04:05.1Z", 1_000_000)]
    [InlineData("2026-01-02T03:04:05.123456Z", 1_234_560)]
    [InlineData("2026-01-02T03:04:05.123456789Z", 1_234_568)]
    [InlineData("2026-01-02T05:04:05.5+02:00", 5_000_000)]
    [Trait("Guarantee", "C20")]
    public void Times_are_read_with_any_fraction_and_written_in_seconds(string text, int ticks)
    {
        var read = Read<ConfigMap>($$"""{"metadata":{"creationTimestamp":"{{text}}"} }""");

        read.Metadata.CreationTimestamp.ShouldBe(
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(ticks)
        );
        Json(read)
            .GetProperty("metadata")
            .GetProperty("creationTimestamp")
            .GetString()
            .ShouldBe("2026-01-02T03:04:05Z");
    }

    [Fact]
    [Trait("Guarantee", "C20")]
    public void Micro_times_are_written_with_six_digits() =>
        Json(new Event { EventTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) })
            .GetProperty("eventTime")
            .GetString()
            .ShouldBe("2026-01-02T03:04:05.000000Z");

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("\"\"")]
    [Trait("Guarantee", "C20")]
    public void What_is_no_time_is_an_error(string time) =>
        Should.Throw<JsonException>(() => Read<ConfigMap>($$"""{"metadata":{"creationTimestamp":{{time}}} }"""));

    [Theory]
    [InlineData("8080")]
    [InlineData("\"http\"")]
    [InlineData("\"25%\"")]
    [Trait("Guarantee", "C20")]
    public void Numbers_or_strings_stay_what_they_were(string port)
    {
        var service = Read<Service>($$"""{"spec":{"ports":[{"port":80,"targetPort":{{port}}}]} }""");
        Json(service).GetProperty("spec").GetProperty("ports")[0].GetProperty("targetPort").GetRawText().ShouldBe(port);
    }

    [Fact]
    [Trait("Guarantee", "C20")]
    public void Bytes_are_base64_and_quantities_text()
    {
        Encoding.UTF8.GetString(Read<Secret>("""{"data":{"k":"aGVsbG8="}}""").Data!["k"]).ShouldBe("hello");
        const string Pod =
            """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"100m","memory":"1Gi"} } }]} }""";
        Json(Read<Pod>(Pod)).ToString().ShouldContain("""{"cpu":"100m","memory":"1Gi"}""");
    }

    [Fact]
    [Trait("Guarantee", "C20")]
    public void What_is_not_known_is_kept_and_what_is_not_there_is_not_written()
    {
        var text =
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","newField":{"x":[1,null]}},"data":{"k":"v"},"later":"y"}""";
        var read = Read<ConfigMap>(text);
        JsonElement.DeepEquals(Json(read), JsonElement.Parse(text)).ShouldBeTrue(Json(read).ToString());
    }

    [Fact]
    [Trait("Guarantee", "C20")]
    public void Values_of_later_versions_are_read()
    {
        var condition = Read<Pod>(
            """{"status":{"phase":"Brand New","conditions":[{"type":"X","status":"Perhaps"}]} }"""
        );
        condition.Status!.Phase.ShouldBe("Brand New");
        Json(condition).ToString().ShouldContain("Perhaps");
    }

    private static T Read<T>(string json)
        where T : KubernetesObject, IKubernetesObject<T> => JsonSerializer.Deserialize(json, T.JsonTypeInfo)!;

    private static JsonElement Json(KubernetesObject value) => JsonElement.Parse(value.ToUtf8Json());
}
