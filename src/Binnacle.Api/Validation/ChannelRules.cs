using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>One channel of a stack.</summary>
internal sealed class ChannelRules : AbstractValidator<Channel>
{
    public ChannelRules()
    {
        RuleFor(channel => channel.Name).Check(ChannelName.Problem);
        RuleFor(channel => channel)
            .Custom(
                (channel, context) =>
                    context.ExactlyOne(
                        context.PropertyPath,
                        ("pagerDuty", channel.PagerDuty is not null),
                        ("slack", channel.Slack is not null),
                        ("email", channel.Email is not null),
                        ("webhook", channel.Webhook is not null)
                    )
            );
        RuleFor(channel => channel.PagerDuty!).SetValidator(new PagerDutyRules());
        RuleFor(channel => channel.Slack!).SetValidator(new SlackRules());
        RuleFor(channel => channel.Email!).SetValidator(new EmailRules());
        RuleFor(channel => channel.Webhook!).SetValidator(new WebhookRules());
    }

    private sealed class PagerDutyRules : AbstractValidator<PagerDutyChannel>
    {
        public PagerDutyRules()
        {
            RuleFor(pagerDuty => pagerDuty.RoutingKeyRef).SetValidator(new SecretKeyRefRules());
            RuleFor(pagerDuty => pagerDuty.Url).Url();
        }
    }

    private sealed class SlackRules : AbstractValidator<SlackChannel>
    {
        public SlackRules()
        {
            RuleFor(slack => slack.WebhookRef).SetValidator(new SecretKeyRefRules());
        }
    }

    private sealed class EmailRules : AbstractValidator<EmailChannel>
    {
        public EmailRules()
        {
            RuleFor(email => email.To).Check(MailboxesProblem);
            RuleFor(email => email.From).Check(MailboxProblem);
            RuleFor(email => email.Smarthost).HostPort();
            RuleFor(email => email.AuthRef!).SetValidator(new BasicAuthRefRules());
        }

        private static string? MailboxesProblem(string text) =>
            text.Split(',').Select(MailboxProblem).FirstOrDefault(problem => problem is not null);

        // "name@host" or "Name <name@host>"; what a mail server makes of it is not ours to say.
        private static string? MailboxProblem(string text)
        {
            var open = text.IndexOf('<', StringComparison.Ordinal);
            var address = (open >= 0 ? text[(open + 1)..].TrimEnd('>', ' ') : text).Trim();
            var at = address.IndexOf('@', StringComparison.Ordinal);
            return
                at > 0 && at == address.LastIndexOf('@') && at < address.Length - 1 && !address.Any(char.IsWhiteSpace)
                ? null
                : $"'{text.Trim()}' is no mail address, such as oncall@example.com";
        }
    }

    private sealed class WebhookRules : AbstractValidator<WebhookChannel>
    {
        public WebhookRules()
        {
            RuleFor(webhook => webhook.Url).Url();
            RuleFor(webhook => webhook.UrlRef!).SetValidator(new SecretKeyRefRules());
            RuleFor(webhook => webhook)
                .Custom(
                    (webhook, context) =>
                        context.ExactlyOne(
                            context.PropertyPath,
                            ("url", webhook.Url is not null),
                            ("urlRef", webhook.UrlRef is not null)
                        )
                );
        }
    }
}
