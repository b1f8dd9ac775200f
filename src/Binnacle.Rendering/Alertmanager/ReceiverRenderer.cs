using System.Text;
using Binnacle.Api;
using Binnacle.Rendering.Common;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>Turns a channel into a receiver. Tokens, passwords and secret URLs are read by Alertmanager from files.</summary>
/// <param name="credentials">Takes the secrets that are needed.</param>
/// <param name="references">Where the one value comes from that Alertmanager reads from no file: the login's name.</param>
/// <param name="home">Namespace of the stack.</param>
internal sealed class ReceiverRenderer(CredentialFiles credentials, ReferencedContent references, string home)
{
    /// <summary>The receiver.</summary>
    /// <exception cref="MissingReferenceException">A Secret is missing.</exception>
    public ReceiverConfig Render(Channel channel)
    {
        var field = $"spec.alerting.channels[{channel.Name}]";
        return new ReceiverConfig
        {
            Name = channel.Name,
            SlackConfigs = channel.Slack is { } slack
                ?
                [
                    new SlackConfig
                    {
                        SendResolved = channel.SendResolved,
                        ApiUrlFile = credentials.Path(home, slack.WebhookRef, $"{field}.slack.webhookRef"),
                        Channel = slack.Channel,
                        Title = slack.Title,
                        Text = slack.Text,
                    },
                ]
                : null,
            EmailConfigs = channel.Email is { } email ? [Email(channel, email, $"{field}.email.authRef")] : null,
            PagerdutyConfigs = channel.PagerDuty is { } pager
                ?
                [
                    new PagerDutyConfig
                    {
                        SendResolved = channel.SendResolved,
                        RoutingKeyFile = credentials.Path(home, pager.RoutingKeyRef, $"{field}.pagerDuty.routingKeyRef"),
                        Url = pager.Url,
                    },
                ]
                : null,
            WebhookConfigs = channel.Webhook is { } webhook
                ?
                [
                    new WebhookConfig
                    {
                        SendResolved = channel.SendResolved,
                        Url = webhook.UrlRef is null ? webhook.Url : null,
                        UrlFile = webhook.UrlRef is { } url
                            ? credentials.Path(home, url, $"{field}.webhook.urlRef")
                            : null,
                        MaxAlerts = webhook.MaxAlerts,
                    },
                ]
                : null,
        };
    }

    private EmailConfig Email(Channel channel, EmailChannel email, string field)
    {
        string? user = null;
        string? password = null;
        if (email.AuthRef is { } auth)
        {
            password = credentials.Path(home, auth.Name, auth.PasswordKey, field);
            // Also here a missing key must be named.
            credentials.Path(home, auth.Name, auth.UsernameKey, field);
            user = Encoding.UTF8.GetString(references.Secret(new ContentKey(home, auth.Name, auth.UsernameKey))!);
        }

        return new EmailConfig
        {
            SendResolved = channel.SendResolved,
            To = email.To,
            From = email.From,
            Smarthost = email.Smarthost,
            AuthUsername = user,
            AuthPasswordFile = password,
            RequireTls = email.RequireTls,
        };
    }
}
