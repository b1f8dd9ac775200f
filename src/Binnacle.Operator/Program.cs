using System.CommandLine;
using System.Net;
using Binnacle.Operator;
using Kubernetes.Client;

var kubeconfig = new Option<string?>("--kubeconfig")
{
    Description = "Kubeconfig file. Default: KUBECONFIG, ~/.kube/config, or the pod's service account.",
};
var reach = new Option<Reach>("--reach")
{
    Description = "How components are reached: Direct (by pod address) or ApiProxy (through the API server).",
};
var listen = new Option<string>("--listen")
{
    Description = "Address of /livez and /readyz.",
    DefaultValueFactory = _ => "0.0.0.0:8081",
};
listen.Validators.Add(result =>
{
    if (!IPEndPoint.TryParse(result.GetValueOrDefault<string>() ?? "", out _))
    {
        result.AddError("--listen must be ADDRESS:PORT, for example 127.0.0.1:8081");
    }
});
var root = new RootCommand("Binnacle: one MonitoringStack in, a running and alerting observability stack out.")
{
    kubeconfig,
    reach,
    listen,
};
var election = new LeaderElectionFlags();
election.AddTo(root);
root.SetAction(
    async (parsed, cancellationToken) =>
    {
        try
        {
            var options = new OperatorOptions
            {
                Kubeconfig = parsed.GetValue(kubeconfig),
                Reach = parsed.GetValue(reach),
                Listen = IPEndPoint.Parse(parsed.GetValue(listen)!),
                LeaderElection = election.Read(parsed, parsed.GetValue(kubeconfig)),
            };
            return await OperatorServer.RunAsync(options, cancellationToken);
        }
        catch (KubernetesConfigurationException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }
);
return await root.Parse(args).InvokeAsync();
