using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Binnacle.PromQL;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Leases;

namespace Binnacle.Operator;

/// <summary>The flags of leader election, named as other Kubernetes components name them.</summary>
/// <param name="environment">Reads a variable of the environment.</param>
internal sealed class LeaderElectionFlags(Func<string, string?> environment)
{
    private readonly Option<bool> _enabled = new("--leader-elect")
    {
        Description = "Take part in the election of a leader: of several operators one works. Default: off.",
    };

    private readonly Option<string?> _namespace = new("--leader-elect-namespace")
    {
        Description = "Namespace of the Lease. Default: POD_NAMESPACE, or the namespace of the kubeconfig or pod.",
    };

    private readonly Option<string> _name = new("--leader-elect-name")
    {
        Description = "Name of the Lease.",
        DefaultValueFactory = _ => "binnacle-operator",
    };

    private readonly Option<string> _leaseDuration = Duration(
        "--leader-elect-lease-duration",
        "How long the others wait after the last sign of the leader.",
        "15s"
    );

    private readonly Option<string> _renewDeadline = Duration(
        "--leader-elect-renew-deadline",
        "How long a leader tries to renew before it gives up; less than the duration.",
        "10s"
    );

    private readonly Option<string> _retryPeriod = Duration(
        "--leader-elect-retry-period",
        "Time between renewals; less than the deadline divided by 1.2.",
        "2s"
    );

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            var option in new Option[] { _enabled, _namespace, _name, _leaseDuration, _renewDeadline, _retryPeriod }
        )
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the flags say; null when this operator is the only one.</summary>
    /// <exception cref="KubernetesConfigurationException">The values do not fit together, or nothing says the namespace.</exception>
    public LeaderElectionOptions? Read(ParseResult parsed, string? kubeconfig)
    {
        if (!parsed.GetValue(_enabled))
        {
            return null;
        }

        var @namespace =
            parsed.GetValue(_namespace)
            ?? Variable("POD_NAMESPACE")
            ?? KubernetesClientConfiguration.Load(kubeconfig).Namespace;
        var options = new LeaderElectionOptions
        {
            Lease = new ObjectKey(@namespace, parsed.GetValue(_name)!),
            // Not the same for two processes, but for the containers of a pod, of which one runs after the other.
            Identity =
                $"{Variable("POD_NAME") ?? Environment.MachineName}_{Variable("POD_UID") ?? Guid.NewGuid().ToString()}",
            LeaseDuration = Parse(parsed.GetValue(_leaseDuration)!),
            RenewDeadline = Parse(parsed.GetValue(_renewDeadline)!),
            RetryPeriod = Parse(parsed.GetValue(_retryPeriod)!),
        };
        try
        {
            options.Validate();
        }
        catch (ValidationException problem)
        {
            throw new KubernetesConfigurationException(problem.Message, problem);
        }

        return options;
    }

    private static Option<string> Duration(string name, string description, string value)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (!PrometheusDuration.TryParse(result.GetValueOrDefault<string>() ?? "", out _, out var fault))
            {
                result.AddError($"{name} must be a duration such as {value}: {fault}");
            }
        });
        return option;
    }

    private static TimeSpan Parse(string text) =>
        PrometheusDuration.TryParse(text, out var duration, out _) ? duration : TimeSpan.Zero;

    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
}
