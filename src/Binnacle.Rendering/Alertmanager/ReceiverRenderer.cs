using Binnacle.Api;
using Binnacle.Rendering.Common;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>Turns a channel into a receiver. Tokens, passwords and secret URLs are read by Alertmanager from files.</summary>
/// <param name="version">What Alertmanager can do depends on it.</param>
/// <param name="credentials">Takes the secrets that are needed.</param>
/// <param name="home">Namespace of the stack.</param>
internal sealed class ReceiverRenderer(ComponentVersion version, CredentialFiles credentials, string home)
{
    /// <summary>The receiver.</summary>
    /// <exception cref="NotRenderableException">A Secret is missing, or Alertmanager is too old for the channel.</exception>
    public ReceiverConfig Render(Channel channel)
    {
        var field = $"spec.alerting.channels[{channel.Name}]";
        if (channel.PagerDuty is not null)
        {
            Require(0, 25, $"{field}.pagerDuty.routingKeyRef", "routing key");
        }

        if (channel.Email?.AuthRef is not null)
        {
            Require(0, 25, $"{field}.email.authRef", "password");
        }

        if (channel.Webhook?.UrlRef is not null)
        {
            Require(0, 26, $"{field}.webhook.urlRef", "webhook's URL");
        }

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
                        RoutingKeyFile = credentials.Path(
                            home,
                            pager.RoutingKeyRef,
                            $"{field}.pagerDuty.routingKeyRef"
                        ),
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
        return new EmailConfig
        {
            SendResolved = channel.SendResolved,
            To = email.To,
            From = email.From,
            Smarthost = email.Smarthost,
            // The one thing that Alertmanager reads from no file.
            AuthUsername = email.AuthRef is { } login
                ? credentials.Text(home, login.Name, login.UsernameKey, field)
                : null,
            AuthPasswordFile = email.AuthRef is { } secret
                ? credentials.Path(home, secret.Name, secret.PasswordKey, field)
                : null,
            RequireTls = email.RequireTls,
        };
    }

    private void Require(int major, int minor, string field, string what)
    {
        if (!version.IsAtLeast(major, minor))
        {
            throw new NotRenderableException(
                "NotSupported",
                $"{field}: Alertmanager {version} cannot read a {what} from a file; run {major}.{minor} or later"
            );
        }
    }
}
