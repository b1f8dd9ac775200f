using Kubernetes.Models;

namespace Binnacle.Operator.Components;

/// <summary>One running pod of a component, as far as talking to it goes.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Uid">Its uid: a recreated pod is another replica.</param>
/// <param name="Address">The pod's IP.</param>
/// <param name="Port">The port of its web interface.</param>
internal sealed record Replica(ObjectKey Pod, string Uid, string Address, int Port);
