using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Loading;

public sealed class CrashReportTests
{
    private static readonly DateTimeOffset Applied = Make.Start;

    [Fact]
    public void The_last_words_of_a_container_that_ended_itself_are_reported()
    {
        var pod = Make.Pod(address: null, containers: Ended(2, "level=info\nlevel=error msg=bad"));

        CrashReport.Of([pod], Applied).ShouldBe("main-prometheus-0 ended with exit code 2: level=error msg=bad");
    }

    [Fact]
    public void Without_words_there_is_the_reason()
    {
        var pod = Make.Pod(address: null, containers: Ended(1, null));

        CrashReport.Of([pod], Applied).ShouldBe("main-prometheus-0 ended with exit code 1: Error");
    }

    [Theory]
    [InlineData(0, 1, 1, "an orderly end")]
    [InlineData(1, 0, 1, "the first end may have been an accident")]
    [InlineData(137, 1, 1, "killed, for memory or by the probe: not over its configuration")]
    [InlineData(143, 1, 1, "asked to end")]
    [InlineData(1, 1, -1, "it started before the configuration was applied, so it never read it")]
    public void Other_ends_are_no_refusals(int exitCode, int restarts, int startedAfterSeconds, string why)
    {
        var container = Ended(exitCode, "words", Applied.AddSeconds(startedAfterSeconds));
        var pod = Make.Pod(address: null, containers: container with { RestartCount = restarts });

        CrashReport.Of([pod], Applied).ShouldBeNull(why);
    }

    [Fact]
    public void Whole_seconds_are_what_the_kubelet_tells_times_in()
    {
        var pod = Make.Pod(address: null, containers: Ended(1, "words", Applied));

        CrashReport.Of([pod], Applied.AddMilliseconds(600)).ShouldNotBeNull();
    }

    [Fact]
    public void A_container_that_waits_to_be_started_again_is_judged_by_its_last_end()
    {
        var ended = Ended(1, "words");
        var waiting = ended with
        {
            LastState = ended.State,
            State = new ContainerState { Waiting = new ContainerStateWaiting { Reason = "CrashLoopBackOff" } },
        };

        CrashReport.Of([Make.Pod(address: null, containers: waiting)], Applied).ShouldNotBeNull();
    }

    private static ContainerStatus Ended(int exitCode, string? message, DateTimeOffset? started = null) =>
        new()
        {
            Name = "prometheus",
            RestartCount = 1,
            State = new ContainerState
            {
                Terminated = new ContainerStateTerminated
                {
                    ExitCode = exitCode,
                    Reason = "Error",
                    Message = message,
                    StartedAt = started ?? Applied.AddSeconds(1),
                },
            },
        };
}
