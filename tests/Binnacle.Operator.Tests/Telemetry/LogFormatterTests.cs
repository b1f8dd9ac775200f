using System.Diagnostics;
using System.Text.Json;
using Binnacle.Operator.Telemetry;
using Binnacle.Testing;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Binnacle.Operator.Tests.Telemetry;

public sealed class LogFormatterTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    [Trait("Guarantee", "M15")]
    public void Json_has_the_fields_that_collectors_look_for()
    {
        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        using var line = JsonDocument.Parse(
            Written(
                new JsonLogFormatter(_time),
                logger =>
                {
                    using var scope = logger.BeginScope(
                        new Dictionary<string, object?>
                        {
                            ["controller"] = "stack",
                            ["key"] = "monitoring/main",
                        }.ToArray()
                    );
                    logger.LogWarning(
                        new InvalidOperationException("broken \"badly\""),
                        "{Controller}: {Count} of {Name} failed",
                        "stack",
                        3,
                        "main"
                    );
                }
            )
        );

        var root = line.RootElement;
        root.EnumerateObject()
            .Select(field => field.Name)
            .ShouldBe([
                "time",
                "level",
                "message",
                "logger",
                "controller",
                "key",
                "trace_id",
                "span_id",
                "exception",
                "count",
                "name",
            ]);
        root.GetProperty("time").GetString().ShouldBe("2026-01-01T00:00:00.000Z");
        root.GetProperty("level").GetString().ShouldBe("warn");
        root.GetProperty("message").GetString().ShouldBe("stack: 3 of main failed");
        root.GetProperty("logger").GetString().ShouldBe("test");
        root.GetProperty("controller").GetString().ShouldBe("stack");
        root.GetProperty("key").GetString().ShouldBe("monitoring/main");
        root.GetProperty("trace_id").GetString().ShouldBe(span.TraceId.ToHexString());
        root.GetProperty("span_id").GetString().ShouldBe(span.SpanId.ToHexString());
        root.GetProperty("exception")
            .GetString()!
            .ShouldStartWith("System.InvalidOperationException: broken \"badly\"");
        root.GetProperty("count").GetInt32().ShouldBe(3);
        root.GetProperty("name").GetString().ShouldBe("main");
    }

    /// <summary>Whatever a user wrote into a name: one line, which says it.</summary>
    [Fact]
    [Trait("Guarantee", "M15")]
    public void Json_is_one_valid_line_whatever_is_logged() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(
                ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get).ToArbitrary(),
                words =>
                {
                    var text = Written(new JsonLogFormatter(_time), logger => logger.LogInformation("{Name}!", words));
                    text.Count(c => c == '\n').ShouldBe(1);
                    using var line = JsonDocument.Parse(text);
                    line.RootElement.GetProperty("message").GetString().ShouldBe(Sent(words) + "!");
                }
            )
        );

    [Fact]
    [Trait("Guarantee", "M15")]
    public void Text_is_one_line_with_the_trace()
    {
        Written(new TextLogFormatter(_time), logger => logger.LogInformation("Listed {Count}", 3))
            .ShouldBe($"2026-01-01T00:00:00.000Z info  test: Listed 3{Environment.NewLine}");
        Written(new TextLogFormatter(_time), logger => logger.LogInformation("{Name}", "a\nerror forged"))
            .ShouldBe($"2026-01-01T00:00:00.000Z info  test: a\\nerror forged{Environment.NewLine}");
        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        Written(new TextLogFormatter(_time), logger => logger.LogError("x"))
            .ShouldBe(
                $"2026-01-01T00:00:00.000Z error test: x trace_id={span.TraceId.ToHexString()}{Environment.NewLine}"
            );
    }

    /// <summary>Half a surrogate pair is no character, and becomes the one that stands for it.</summary>
    private static string Sent(string words) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(words));

    private static string Written(ConsoleFormatter formatter, Action<ILogger> log)
    {
        using var logs = new FormattedLogs(formatter);
        log(logs.CreateLogger("test"));
        return logs.Entries.ShouldHaveSingleItem();
    }
}
