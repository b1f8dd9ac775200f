using System.IO.Compression;
using System.Text;
using Binnacle.Api.Syntax;

namespace Binnacle.Api.Tests.Syntax;

public sealed class DashboardContentTests
{
    private const string Two = """
        {
          "title": "Größe", "uid": "abc",
          "panels": [
            { "type": "timeseries", "targets": [ { "expr": "up" }, { "expr": "down" } ] },
            { "type": "row", "collapsed": true, "panels": [ { "type": "stat", "targets": [ { "expr": "x" } ] } ] }
          ]
        }
        """;

    [Fact]
    public void Panels_and_queries_are_counted_and_rows_left_out()
    {
        DashboardContent.TryReadJson(Two, out var content, out var error).ShouldBeTrue(error);

        content!.Title.ShouldBe("Größe");
        content.Uid.ShouldBe("abc");
        content.Panels.ShouldBe(2);
        content.Queries.ShouldBe(3);
        content.Json.ShouldStartWith("{\"title\":\"Größe\",");
    }

    [Fact]
    public void The_wrapper_of_an_HTTP_export_is_taken_off()
    {
        DashboardContent
            .TryReadJson(
                """{"meta":{},"dashboard":{"title":"T","panels":[{"type":"graph"}]}}""",
                out var content,
                out _
            )
            .ShouldBeTrue();

        content!.Title.ShouldBe("T");
        content.Panels.ShouldBe(1);
        content.Json.ShouldStartWith("{\"title\"");
    }

    [Fact]
    public void Panels_of_rows_of_old_dashboards_are_counted()
    {
        DashboardContent
            .TryReadJson("""{"title":"T","rows":[{"panels":[{"targets":[{}]},{}]}]}""", out var content, out _)
            .ShouldBeTrue();

        content!.Panels.ShouldBe(2);
        content.Queries.ShouldBe(1);
    }

    [Theory]
    [InlineData("{\n \"title\": }", "is no JSON: line 2, column 11")]
    [InlineData("{}", "has no title")]
    [InlineData("""{"title":""}""", "has no title")]
    [InlineData("""{"title":5}""", "has no title")]
    [InlineData("[]", "but is an array")]
    [InlineData("", "is no JSON")]
    public void What_is_no_dashboard_is_told(string json, string problem)
    {
        DashboardContent.TryReadJson(json, out var content, out var error).ShouldBeFalse();
        content.ShouldBeNull();
        error!.ShouldContain(problem);
    }

    [Fact]
    public void Gzip_is_unpacked()
    {
        DashboardContent.TryReadGzip(Gzip(Two), out var content, out var error).ShouldBeTrue(error);
        content!.Queries.ShouldBe(3);
    }

    [Fact]
    public void A_bomb_is_not_unpacked_whole()
    {
        DashboardContent.TryReadGzip(Gzip(new string(' ', 64 * 1024 * 1024)), out _, out var error).ShouldBeFalse();
        error!.ShouldContain("more than 16 MiB");
    }

    [Fact]
    public void What_no_ConfigMap_can_hold_is_refused()
    {
        var big = $$"""{"title":"T","text":"{{new string('x', DashboardContent.MaxBytes)}}"}""";
        DashboardContent.TryReadJson(big, out _, out var error).ShouldBeFalse();
        error!.ShouldContain("larger than 1000000 bytes");
    }

    [Theory]
    [InlineData("!!!", "is no base64")]
    [InlineData("aGVsbG8=", "not of gzip")]
    public void What_is_no_gzip_is_told(string text, string problem)
    {
        DashboardContent.TryReadGzip(text, out _, out var error).ShouldBeFalse();
        error!.ShouldContain(problem);
    }

    private static string Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return Convert.ToBase64String(packed.ToArray());
    }
}
