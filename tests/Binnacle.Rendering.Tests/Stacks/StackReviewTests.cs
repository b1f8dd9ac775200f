using Binnacle.Api;

namespace Binnacle.Rendering.Tests.Stacks;

public sealed class StackReviewTests
{
    [Theory]
    [InlineData("{{ .GroupLabels.alertname }}", null, "")]
    [InlineData("plain", "{{ range .Alerts }}{{ .Annotations.description }}{{ end }}", "")]
    [InlineData(
        "{{",
        null,
        "spec.alerting.channels[0].slack.title: 1:1: \"{{\" is never closed, expected \"}}\" (Error)"
    )]
    [InlineData(
        null,
        "a\n{{ $labels.a }}",
        "spec.alerting.channels[0].slack.text: 2:4: the variable \"$labels\" is not declared here (Error)"
    )]
    [InlineData(
        "{{ .Alert.Labels }}",
        null,
        "spec.alerting.channels[0].slack.title: 1:5: the data of a notification has no field \"Alert\", expected \"Alerts\" (Warning)"
    )]
    [InlineData(
        "{{ base64encode \"a\" }}",
        null,
        "spec.alerting.channels[0].slack.title: 1:4: Alertmanager 0.33 has no function \"base64encode\", expected Alertmanager 0.34 or later (Error)"
    )]
    [Trait("Guarantee", "T8")]
    public void Reads_the_texts_of_channels(string? title, string? text, string problems)
    {
        var stack = new MonitoringStack
        {
            Metadata = new() { Name = "s", Namespace = "m" },
            Spec = new()
            {
                Alerting = new()
                {
                    Channels =
                    [
                        new Channel
                        {
                            Name = "chat",
                            Slack = new SlackChannel
                            {
                                WebhookRef = new() { Name = "a", Key = "b" },
                                Title = title,
                                Text = text,
                            },
                        },
                    ],
                },
            },
        };
        string.Join('\n', StackReview.Check(stack).Select(problem => $"{problem} ({problem.Severity})"))
            .ShouldBe(problems);
    }
}
